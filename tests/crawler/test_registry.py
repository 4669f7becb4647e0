"""Source lines: what is read, and that a wrong line says where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lines import registry
from pipeline.errors import ConfigError, PaperwatchError
from pipeline.model import Expectation, Window


@dataclass(frozen=True)
class Options:
    committees: tuple[str, ...] = ()
    depth: int = 1

    def __post_init__(self) -> None:
        if self.depth > 9:
            raise ValueError("depth is at most 9")


PLATFORMS = {name: SimpleNamespace(Options=Options) for name in ("moderngov", "cmis")}
GOOD = 'a = { name = "A", url = "https://a.example/", kind = "council" }\n'


@pytest.fixture
def load(tmp_path):
    """Load shipped lines, and an operator's own, from the text of files by name."""

    def load(shipped=None, own=None):
        for folder, files in (("shipped", shipped), ("data/sources", own)):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            for name, text in (files or {}).items():
                (tmp_path / folder / f"{name}.toml").write_text(text, encoding="utf-8")
        return registry.load(tmp_path / "data", shipped=tmp_path / "shipped", platforms=PLATFORMS)

    return load


def test_a_line_with_every_key(load):
    text = (
        'a = { name = "A", url = "https://a.example/x", kind = "icb", body = "b", gss = "E1", ods = "Q1", '
        'delay = 2, timeout = 90.5, back = 1, ahead = 2, documents = 3, every = 4, note = "n", '
        'committees = ["Health", "Joint"], depth = 2 }\n'
    )
    source = load({"moderngov": text})["a"]
    assert (source.id, source.name, source.kind, source.platform) == ("a", "A", "icb", "moderngov")
    assert (source.url, source.body, source.body_id, source.note) == ("https://a.example/x", "b", "b", "n")
    assert source.codes == {"gss": "E1", "ods": "Q1"}
    assert (source.delay, source.timeout) == (2.0, 90.5)
    assert source.window == Window(back=1, ahead=2)
    assert source.expect == Expectation(documents=3, every=4)
    assert Options(**source.options) == Options(committees=("Health", "Joint"), depth=2)


def test_a_line_with_no_more_than_it_must_have(load):
    source = load({"cmis": GOOD})["a"]
    assert (source.delay, source.timeout, source.window, source.options) == (1.0, 60.0, Window(), {})
    assert source.codes == {}
    assert source.body_id == "a"


def test_a_table_is_a_line_too(load):
    text = '# ours\n[a]\nname = "A"\nurl = "https://a.example/"\nkind = "trust"\n'
    assert load({"cmis": text})["a"].kind == "trust"


def test_an_operators_line_replaces_the_shipped_one_on_whatever_platform(load):
    own = GOOD.replace('"A"', '"Ours"')
    loaded = load({"moderngov": GOOD + GOOD.replace("a =", "b =", 1)}, {"cmis": own})
    assert (loaded["a"].name, loaded["a"].platform) == ("Ours", "cmis")
    assert loaded["b"].platform == "moderngov"


def test_papers_added_by_hand_need_no_platform(load):
    assert load({"manual": GOOD})["a"].platform == "manual"


def test_no_data_folder_is_no_error(tmp_path):
    assert registry.load(None, shipped=tmp_path, platforms=PLATFORMS) == {}
    assert registry.load(tmp_path / "none", shipped=tmp_path, platforms=PLATFORMS) == {}


TABLE = '[my-council]\nname = "A"\nurl = "https://a.example/"\nkind = "icb"\ndelay = "x"\n'
LINE = '# first\n\nmy-council = {{ name = "A", url = "https://a.example/", kind = "council"{} }}\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (LINE.format(", delai = 2"), 3, "my-council: unknown key 'delai', did you mean 'delay'?"),
        (LINE.format(', committee = ["x"]'), 3, "unknown key 'committee', did you mean 'committees'?"),
        (LINE.format(", zzz = 2"), 3, "unknown key 'zzz'"),
        (LINE.format(', delay = "slow"'), 3, "delay: must be a number, not text"),
        (LINE.format(", delay = -1"), 3, "delay: must be a number, 0 or more"),
        (LINE.format(", delay = nan"), 3, "delay"),
        (LINE.format(", timeout = 0"), 3, "timeout: must be a number above 0"),
        (LINE.format(", back = 1.5"), 3, "back: must be a whole number, not a number"),
        (LINE.format(", documents = true"), 3, "documents: must be a whole number, not true or false"),
        (LINE.format(", committees = [1]"), 3, "committees: must be text in quotation marks, not a"),
        (LINE.format(", depth = 10"), 3, "depth is at most 9"),
        (LINE.format("").replace('council" }', 'counsil" }'), 3, "'counsil', did you mean 'council'?"),
        (LINE.format("").replace('name = "A", ', ""), 3, "key 'name' is missing"),
        (LINE.format("").replace('url = "https://a.example/", ', ""), 3, "key 'url' is missing"),
        (LINE.format("").replace(', kind = "council"', ""), 3, "key 'kind' is missing"),
        (LINE.format("").replace('"A"', '""'), 3, "name: must be text in quotation marks that is not empty"),
        (LINE.format("").replace("https:", "ftp:"), 3, "url: must begin with https://"),
        (LINE.format("").replace("https://a.example/", "https:///x"), 3, "url: not an address"),
        (LINE.format("").replace("https://a.example/", "https://a b/"), 3, "url: not an address"),
        (LINE.format("").replace("https://a.example/", "https://[::1/"), 3, "url: Invalid IPv6 URL"),
        (LINE.format("").replace(".example/", ".example:99999/"), 3, "url: Port out of range"),
        (LINE.format("").replace("https://", "https://me:secret@"), 3, "url: must not hold a user name"),
        (LINE.format("").replace("my-council", "My_Council"), 3, "an id is made of a-z, 0-9 and -"),
        (LINE.format("") + "my-council = 3\n", 4, "Cannot overwrite a value"),
        ("x = 3\n", 1, "a line is `id = {"),
        ("\n\nx = {\n", 3, ""),
        (TABLE, 5, "delay: must be"),
    ],
)  # fmt: skip
def test_a_wrong_line_names_file_line_and_key(load, text, line, words):
    with pytest.raises(ConfigError) as error:
        load(own={"moderngov": text})
    message = str(error.value)
    assert f"moderngov.toml:{line}: " in message
    assert words in message
    assert "\n" not in message
    assert "secret" not in message


def test_a_password_in_an_address_is_not_repeated(load):
    with pytest.raises(ConfigError) as error:
        load({"cmis": GOOD.replace("https://a", "https://me:hunter2@a")})
    assert "hunter2" not in str(error.value)


def test_a_file_for_no_platform(load):
    with pytest.raises(ConfigError, match="no platform 'modernguv', did you mean 'moderngov'"):
        load({"modernguv": GOOD})


def test_an_id_twice_in_two_files(load):
    with pytest.raises(ConfigError, match=r"moderngov\.toml:1: a: is already in .*cmis\.toml"):
        load({"moderngov": GOOD, "cmis": GOOD})


def test_a_file_that_is_not_text(tmp_path):
    (tmp_path / "cmis.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 0"):
        registry.load(None, shipped=tmp_path, platforms=PLATFORMS)


def test_select(load):
    sources = load({"cmis": GOOD + GOOD.replace("a =", "b =", 1).replace("council", "trust")})
    assert [source.id for source in registry.select(sources)] == ["a", "b"]
    assert [source.id for source in registry.select(sources, ["b", "a", "b"])] == ["b", "a"]
    assert [source.id for source in registry.select(sources, kind="trust")] == ["b"]
    assert registry.select(sources, ["a"], kind="trust") == []
    with pytest.raises(ConfigError, match="no source 'aa', did you mean 'a'"):
        registry.select(sources, ["aa"])
    with pytest.raises(ConfigError, match="no kind of source 'trusts', did you mean 'trust'"):
        registry.select(sources, kind="trusts")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_one_line(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    (folder / "cmis.toml").write_text(text, encoding="utf-8", newline="")
    said = "cmis.toml"
    try:
        registry.load(None, shipped=folder, platforms=PLATFORMS)
    except PaperwatchError as error:
        said = str(error)
    assert "cmis.toml" in said


def test_what_we_ship_is_right():
    sources = registry.load(None)
    assert all(source.id == name for name, source in sources.items())
