"""The archive's log as the web shows it, and the line with its root wherever it must stand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from pipeline.archive_log import checkpoint, merkle
from pipeline.evidence.pack import VERIFY
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, filled
from web.app import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def client(keeper):
    return TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY))


def test_before_a_root_is_signed_the_page_says_so(tmp_path):
    app = create_app(PublicArchive(open_archive(tmp_path), LABELS), WebConfig(), lambda: TODAY)
    fresh = TestClient(app)
    assert "No root has been signed yet" in fresh.get("/log").text
    assert fresh.get("/log.json").json()["signed"] is None
    assert fresh.get("/log/1.json").status_code == 404


@pytest.mark.parametrize("number", [1 << 62, 10**40])
def test_a_number_that_no_log_has_is_not_found(client, number):
    assert client.get(f"/log/{number}.json").status_code == 404
    assert client.get(f"/log/consistency/{number}.json").status_code == 404


def test_the_root_stands_on_its_page_on_coverage_and_in_feeds(client, keeper):
    root = keeper.archive.log.sign()
    line = checkpoint.line(root)
    for address in ("/log", "/coverage", "/search.atom?q=hospital", "/changes.atom"):
        assert line in client.get(address).text, address
    assert client.get("/coverage.json").json()["log"] == line
    page = client.get("/log").text
    assert root.key.hex() in page
    assert "paper:1" in page
    said = client.get("/log.json").json()
    assert said["signed"]["checkpoint"] == root.note
    assert said["entries"][0]["number"] == root.size


def test_a_program_gets_proofs_that_hold(client, keeper):
    root = keeper.archive.log.sign()
    found = client.get("/log/2.json").json()
    steps = [bytes.fromhex(step) for step in found["proof"]]
    leaf = merkle.leaf_hash(found["entry"]["content"].encode())
    assert merkle.includes(1, found["size"], leaf, steps, root.root)
    grown = client.get("/log/consistency/3.json").json()
    steps = [bytes.fromhex(step) for step in grown["proof"]]
    old = bytes.fromhex(grown["old"].partition(":")[2])
    assert merkle.grew(3, root.size, old, root.root, steps)
    assert client.get("/log/consistency/0.json").status_code == 404
    assert client.get("/log/9999.json").status_code == 404


def test_a_page_leads_to_its_evidence_pack(client, keeper, tmp_path):
    keeper.archive.log.sign()
    paper = keeper.minutes
    address = f"/papers/{paper}/evidence.zip?page=1"
    assert address in client.get(f"/papers/{paper}/pages/1").text
    assert f"/papers/{paper}/evidence.zip" in client.get(f"/papers/{paper}").text
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    (tmp_path / "pack.zip").write_bytes(answer.content)
    command = [sys.executable, "-I", "-S", str(VERIFY), str(tmp_path / "pack.zip")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    for wrong in ("page=999", "page=x", "page=%C2%B2"):
        assert client.get(f"/papers/{paper}/evidence.zip?{wrong}").status_code == 404
    assert client.get("/papers/999999/evidence.zip").status_code == 404
