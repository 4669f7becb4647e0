"""Concept files: what is refused, in which words, and what a change of rules is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.errors import ConfigError
from pipeline.matching.concepts import Wording, load, read, rules_hash

EXAMPLES = """
[examples]
match = ["one", "two", "three"]
no_match = ["four", "five", "six"]
"""
GOOD = f"""
label = "Population payment"
about = "One payment a head."
wordings = [
  {{ text = "whole population annual payment", from = 2017-08-01 }},
  {{ text = "WPB", needs = ["whole population"], near = ["payment"], not_near = ["wing"], within = 5 }},
]
{EXAMPLES}"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="population-payment.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_good_file(write):
    concept = read(write(GOOD))
    assert (concept.id, concept.label, concept.about) == (
        "population-payment",
        "Population payment",
        "One payment a head.",
    )
    assert concept.wordings == (
        Wording(text="whole population annual payment", since=date(2017, 8, 1)),
        Wording(text="WPB", needs=("whole population",), near=("payment",), not_near=("wing",), within=5),
    )
    assert concept.match == ("one", "two", "three")


def one(wording: str) -> str:
    return f'label = "L"\nwordings = [{{ {wording} }}]\n{EXAMPLES}'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("label = ", "not valid TOML"),
        (b"label = '\xff'", "not valid TOML"),
        (GOOD + "\ncolour = 1", r"examples\.colour: unknown key; known are match, no_match"),
        (
            "colour = 1\n" + GOOD,
            "colour: unknown key; known are about, context, examples, firms, label, wordings",
        ),
        (one('text = "a", form = "b"'), r"wordings\[1\]\.form: unknown key"),
        (one('texts = "a"'), r"wordings\[1\]\.texts: unknown key"),
        (f"wordings = [{{ text = 'a' }}]\n{EXAMPLES}", "label: a text is needed, found None"),
        (one('text = "a"').replace('"L"', '" "'), "label: a text is needed"),
        (one('text = "a"').replace('"L"', "1"), "label: a text is needed, found 1"),
        (f'label = "L"\n{EXAMPLES}', "wordings: at least one"),
        (f'label = "L"\nwordings = []\n{EXAMPLES}', "wordings: at least one"),
        (f'label = "L"\nwordings = "a"\n{EXAMPLES}', "wordings: at least one"),
        (f'label = "L"\nwordings = ["a"]\n{EXAMPLES}', r"wordings\[1\]: a table is needed, found 'a'"),
        ("context = 'sport'\n" + GOOD, "context: 'sport' is not known; known is 'health'"),
        (one("from = 2017-01-01"), r"wordings\[1\]\.text: a text is needed"),
        (one('text = "— !"'), r"wordings\[1\]\.text: '— !' has no word"),
        (one('text = "*"'), "has no word"),
        (one('text = "健康"'), "has no word"),
        (one('text = "⑴"'), "has no word"),
        (one('text = "priv* firms"'), r"'priv\* firms': \* is allowed only at the end"),
        (one('text = "a", near = ["-"]'), r"wordings\[1\]\.near: '-' has no word"),
        (one('text = "a", needs = "b"'), r"wordings\[1\]\.needs: a list of texts is needed"),
        (one('text = "a", not_near = [""]'), r"not_near: a list of texts is needed"),
        (one('text = "a", not_near = [1]'), r"not_near: a list of texts is needed"),
        (one('text = "a", within = 0'), r"within: a number of words from 1 to 100 is needed, found 0"),
        (one('text = "a", within = true'), r"within: a number of words from 1 to 100 is needed, found True"),
        (one('text = "a", within = "5"'), r"within: a number of words from 1 to 100 is needed, found '5'"),
        (one('text = "a", from = 2017'), r"from: a date such as 2017-08-01 is needed, found 2017"),
        (one('text = "a", to = 2017-08-01T09:00:00'), r"to: a date such as"),
        (one('text = "a", from = 2018-01-01, to = 2017-01-01'), r"from: 2018-01-01 is after 2017-01-01"),
        (one('text = "a" }, { text = "a"'), "wordings: 'a' is given twice"),
        ('label = "L"\nwordings = [{ text = "a" }]\n', r"examples\.match: at least 3 sentences"),
        (
            one('text = "a"').replace('"six"', ""),
            r"examples\.no_match: at least 3 sentences are needed, found 2",
        ),
        (one('text = "a"').replace('"one"', "1"), r"examples\.match: a list of texts is needed"),
        ('label = "L"\nexamples = 3\nwordings = [{ text = "a" }]', "examples: a table is needed, found 3"),
    ],
)
def test_what_is_refused_names_the_file_and_the_key(write, text, complaint):
    path = write(text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", ["Population Payment.toml", "a:b.toml", "-a.toml", "a_b.toml", "ä.toml"])
def test_an_id_is_lower_case_words_joined_by_hyphens(write, name):
    with pytest.raises(ConfigError, match="the name of the file is the concept's id"):
        read(write(GOOD, name))


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "savings.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load([tmp_path])


def test_a_later_folder_overrides_and_a_missing_one_is_empty(tmp_path):
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for folder, label in ((shipped, "ours"), (own, "theirs")):
        folder.mkdir()
        (folder / "savings.toml").write_text(GOOD.replace("Population payment", label))
    (shipped / "delegation.toml").write_text(GOOD)
    loaded = load([shipped, own, tmp_path / "missing"])
    assert {id_: concept.label for id_, concept in loaded.items()} == {
        "delegation": "Population payment",
        "savings": "theirs",
    }


def test_rules_change_with_what_is_found_and_with_nothing_else(write):
    concept = read(write(GOOD))
    rules = rules_hash([concept], "1")
    assert rules_hash([replace(concept, label="other", about="", match=("a", "b", "c"))], "1") == rules
    assert rules_hash([concept], "2") != rules
    for change in ({"text": "WPC"}, {"needs": ()}, {"near": ()}, {"not_near": ()}, {"within": 6}):
        changed = replace(concept, wordings=(concept.wordings[0], replace(concept.wordings[1], **change)))
        assert rules_hash([changed], "1") != rules
    other = replace(concept, id="other")
    assert rules_hash([concept, other], "1") == rules_hash([other, concept], "1") != rules
