"""Evidence packs: checked by a stranger's Python, by the Library of Congress's program, and tampered with."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
import zipfile

import bagit
import pytest

from cli.main import call
from pipeline.evidence import case, pack
from storage.archive import open_archive
from tests.documents.make import pdf

WORDS = (
    "The board received a report.",
    "The board agreed the whole population payment\nfor the years to come.",
    "Any other business.",
)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """An archive with two papers that a person added, read and flagged."""
    data, papers = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("papers")
    pdf(papers / "report.pdf", WORDS)
    (papers / "notice.txt").write_text("A notice on the whole population payment.")
    files = [str(papers / "report.pdf"), str(papers / "notice.txt")]
    assert call(["--data", str(data), "add", *files, "--body", "vale", "--new-body"]) == 0
    return data


@pytest.fixture(scope="module")
def made(house, tmp_path_factory):
    """The pack of all pages that say the words, as a ZIP and unpacked."""
    file = tmp_path_factory.mktemp("pack") / "pack.zip"
    assert call(["--data", str(house), "evidence", '"whole population payment"', "--out", str(file)]) == 0
    return file


def unpacked(file, folder):
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    [bag] = folder.iterdir()
    return bag


def checked(what, folder):
    """What the pack's own program says of it, run where nothing else is."""
    folder.mkdir()
    program = shutil.copy(what / "verify.py" if what.is_dir() else pack.VERIFY, folder)
    command = [sys.executable, "-I", "-S", str(program), str(what)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return done.returncode, done.stdout


def test_a_stranger_can_check_every_claim_in_an_empty_folder(made, tmp_path):
    bag = unpacked(made, tmp_path / "bag")
    code, said = checked(bag, tmp_path / "empty")
    assert code == 0
    lines = said.splitlines()
    assert lines[-1] == "Everything above holds."
    assert all(line.startswith("OK ") for line in lines[:-2])
    assert "the root of the log is signed" in said
    assert "the original's bytes are those of entry" in said
    assert "are \u201cwhole population payment\u201d" in said
    assert checked(made, tmp_path / "zip")[0] == 0


def test_the_library_of_congress_finds_it_valid(made, tmp_path):
    bag = unpacked(made, tmp_path / "bag")
    assert bagit.Bag(str(bag)).validate()


def test_it_holds_the_original_the_page_and_its_picture_and_a_letter(made, house, tmp_path):
    bag = unpacked(made, tmp_path / "bag")
    held = {str(path.relative_to(bag / "data")) for path in bag.rglob("data/papers/1/**/*") if path.is_file()}
    assert {"papers/1/original.pdf", "papers/1/pages/2.txt", "papers/1/pages/2.png"} <= held
    assert "papers/1/pages/1.txt" not in held, "only what was asked for"
    letter = (bag / "data/cover-letter.txt").read_text()
    assert "What is not proved" in letter
    assert "the answer it came with: not kept" in letter
    cited = (bag / "data/citations.txt").read_text()
    assert cited.startswith("OSCOLA: Vale, \u2018report\u2019 2.\n"), "a path on our machine is no address"


def test_the_same_archive_makes_the_same_bytes(made, house, tmp_path):
    again = tmp_path / "again.zip"
    words = ["evidence", '"whole population payment"', "--out", str(again)]
    assert call(["--data", str(house), *words]) == 0
    assert again.read_bytes() == made.read_bytes()
    assert call(["--data", str(house), *words]) == 2, "a pack never overwrites a file"


def test_a_hundred_bytes_changed_anywhere_in_a_pack_are_a_hundred_named(made, tmp_path):
    """In this process: the pack's own functions, without a hundred Pythons."""
    verify = module(made, tmp_path)
    content, chance, unnamed = made.read_bytes(), random.Random(3), []
    file = tmp_path / "changed.zip"
    for _ in range(60):
        at = chance.randrange(len(content))
        file.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :])
        if verify.main([str(file)]) == 0:
            unnamed.append(at)
    assert unnamed == []
    bag = unpacked(made, tmp_path / "bag")
    files = sorted(path for path in bag.rglob("*") if path.is_file())
    for number in range(40):
        path = files[number % len(files)]
        before = path.read_bytes()
        at = chance.randrange(len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ 1 << chance.randrange(8)]) + before[at + 1 :])
        if verify.main([str(bag)]) == 0:
            unnamed.append((path.name, at))
        path.write_bytes(before)
    assert unnamed == []
    assert verify.main([str(bag)]) == 0


def module(made, folder):
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("verify", unpacked(made, folder / "module") / "verify.py")
    verify = module_from_spec(spec)
    spec.loader.exec_module(verify)
    return verify


def test_a_file_more_or_less_is_named(made, tmp_path):
    bag = unpacked(made, tmp_path / "bag")
    (bag / "data/citations.txt").unlink()
    (bag / "data/more.txt").write_text("More.")
    code, said = checked(bag, tmp_path / "empty")
    assert code == 1
    assert "FAILED  data/citations.txt is missing" in said
    assert "FAILED  data/more.txt was not in the pack when it was made" in said
    assert said.endswith("do not rely on this pack.\n")


def seal(bag):
    """Write the manifests of a bag anew, as whoever changed it would."""
    payload = {path: path.read_bytes() for path in bag.rglob("data/**/*") if path.is_file()}
    (bag / "manifest-sha256.txt").write_text(listed(bag, payload))
    speaking = bag / "tagmanifest-sha256.txt"
    tags = {path: path.read_bytes() for path in bag.iterdir() if path.is_file() and path != speaking}
    speaking.write_text(listed(bag, tags))


def listed(bag, files):
    lines = sorted((str(path.relative_to(bag)), content) for path, content in files.items())
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in lines)


def test_claims_are_held_to_the_log_even_where_the_bag_was_made_anew(made, tmp_path):
    bag = unpacked(made, tmp_path / "bag")
    record = bag / "data/papers/1/paper.json"
    record.write_text(record.read_text().replace("report", "other"))
    entries = bag / "data/log/entries.jsonl"
    entries.write_text(entries.read_text().replace('\\"kind\\":\\"listed\\"', '\\"kind\\":\\"moved\\"', 1))
    seal(bag)
    code, said = checked(bag, tmp_path / "empty")
    assert code == 1
    assert "OK      all" in said
    failed = [line for line in said.splitlines() if line.startswith("FAILED")]
    assert any("its record is the one of entry" in line for line in failed)
    assert any("of the log, listed" in line for line in failed)


def test_by_mention_paper_and_page(house, tmp_path, capsys):
    asked = (["--hit", "1"], ["--paper", "1"], ["--paper", "2"], ["--paper", "1", "--page", "3"])
    for number, words in enumerate(asked):
        file = tmp_path / f"{number}.zip"
        assert call(["--data", str(house), "evidence", *words, "--out", str(file)]) == 0
        assert checked(file, tmp_path / str(number))[0] == 0
    assert "1 paper, 1 page." in capsys.readouterr().out
    with zipfile.ZipFile(file) as packed:
        assert any(name.endswith("pages/3.png") for name in packed.namelist())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "one of them"),
        (["--paper", "1", "--hit", "1"], "one of them"),
        (["--paper", "77"], "there is no paper with the number 77"),
        (["--hit", "77"], "no mention with the number 77"),
        (["--paper", "1", "--page", "9"], "paper 1 has no page 9: it has 3 pages that were read"),
        (["--digest", "<none@example.org>"], "there is no digest"),
        (["zeppelin"], "nothing to prove"),
    ],
)
def test_what_cannot_be_made_is_a_clear_sentence_and_leaves_nothing(house, tmp_path, capsys, words, said):
    assert call(["--data", str(house), "evidence", *words, "--out", str(tmp_path / "no.zip")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_pack_is_bounded(house, tmp_path, capsys, monkeypatch):
    words = ["--data", str(house), "evidence", "--paper", "1", "--out", str(tmp_path / "no.zip")]
    monkeypatch.setattr(pack, "MOST_BYTES", 100)
    assert call(words) == 2
    assert "a pack holds at most" in capsys.readouterr().err
    monkeypatch.setattr(pack, "MOST_PAGES", 0)
    assert call(words) == 2
    assert "that is 1 pages, and a pack holds at most 0" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_have_changed_in_the_archive_are_in_no_pack(house, tmp_path, capsys):
    archive = open_archive(house)
    held = [archive.blobs.path(sha256) for sha256, _ in archive.blobs.held()]
    [path] = [path for path in held if path.read_bytes().startswith(b"%PDF")]
    before = path.read_bytes()
    path.write_bytes(before + b" ")
    try:
        assert (
            call(["--data", str(house), "evidence", "--paper", "1", "--out", str(tmp_path / "no.zip")]) == 4
        )
    finally:
        path.write_bytes(before)
    assert "is not what it was when it came" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_withheld_or_removed_paper_leaves_its_entries_and_no_word(house, tmp_path, capsys):
    data = tmp_path / "copy"
    shutil.copytree(house, data)
    for number, action in enumerate((["withhold"], ["remove", "--yes"])):
        assert call(["--data", str(data), "papers", *action, "1", "--reason", "By order of a court"]) == 0
        file = tmp_path / f"{number}.zip"
        assert call(["--data", str(data), "evidence", "--paper", "1", "--out", str(file)]) == 0
        bag = unpacked(file, tmp_path / f"bag{number}")
        assert checked(bag, tmp_path / f"empty{number}")[0] == 0
        assert not (bag / "data/papers").exists()
        letter = (bag / "data/cover-letter.txt").read_text()
        assert "The reason given: By order of a court" in letter
        held = "".join(
            path.read_text() for path in bag.rglob("*") if path.suffix in {".txt", ".json", ".jsonl"}
        )
        assert "population" not in held
        assert '\\"kind\\":\\"revision\\"' in held, "the leaf stays"
    assert case.KEPT_BACK[0] in capsys.readouterr().out
