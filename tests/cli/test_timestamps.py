"""An authority stamps the roots of the log, and whoever doubts them asks OpenSSL and not us."""

from __future__ import annotations

import io
import zipfile

import pytest

from cli.app import timestamps
from cli.app.context import App
from cli.main import call
from tests.helpers import archives
from tests.helpers.stamping import authority, certify, openssl


@pytest.fixture(scope="module")
def stamps(tmp_path_factory):
    with authority(tmp_path_factory.mktemp("authority") / "of") as server:
        yield server


@pytest.fixture
def app(tmp_path, stamps):
    stamps.asked.clear()
    stamps.answer = None
    app = App(tmp_path / "data", makes_archive=True)
    app.data.mkdir()
    (app.data / "paperwatch.toml").write_text(
        f'[log]\ntimestamp_url = "{stamps.address}"\ntimestamp_ca_file = "{stamps.certificate}"\n'
        "timestamp_from_private_addresses = true\n"
    )
    archives.keep(app.archive, ["One page."])
    app.archive.log.sign()
    yield app
    app.archive.database.engine.dispose()


def test_a_root_is_stamped_once_and_openssl_agrees(app, stamps, tmp_path):
    assert timestamps.stamp_newest(app) == ""
    assert timestamps.stamp_newest(app) == ""
    [(kind, query)] = stamps.asked
    assert kind == "application/timestamp-query"
    root = app.archive.log.head()
    assert root.note.encode() not in query  # it is sent a hash alone
    (tmp_path / "note").write_text(root.note)
    (tmp_path / "stamp").write_bytes(root.stamp)
    said = openssl(
        *("ts", "-verify", "-in", "stamp", "-data", "note", "-CAfile", str(stamps.certificate)),
        folder=tmp_path,
    )
    assert b"Verification: OK" in said


def test_log_verify_says_when_and_names_a_stamp_that_proves_nothing(app, capsys):
    timestamps.stamp_newest(app)
    assert call(["--data", str(app.data), "log", "verify", "--no-files"]) == 0
    assert "was stamped by an authority on" in capsys.readouterr().out
    root = app.archive.log.head()
    archives.keep(app.archive, ["Another page."], key="d2")
    other = app.archive.log.sign()
    app.archive.log.keep_stamp(other.note, root.stamp)
    assert call(["--data", str(app.data), "log", "verify", "--no-files"]) == 1
    assert "has a time stamp that does not prove it" in capsys.readouterr().out


def test_a_stamp_by_somebody_else_is_not_kept(app, tmp_path):
    (tmp_path / "other").mkdir()
    settings = (app.data / "paperwatch.toml").read_text()
    other = certify(tmp_path / "other")
    (app.data / "paperwatch.toml").write_text(
        "\n".join(
            f'timestamp_ca_file = "{other}"' if line.startswith("timestamp_ca") else line
            for line in settings.splitlines()
        )
    )
    assert timestamps.stamp_newest(App(app.data)) != ""
    assert app.archive.log.head().stamp == b""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((503, b"later"), "it answered 503"),
        ((200, b""), ""),
        ((200, b"<html>not a stamp</html>"), ""),
        ((200, b"\x30\x84" + b"\xff" * 200_000), ""),
    ],
)
def test_an_answer_that_is_no_stamp_is_said_and_asked_for_again(app, stamps, answer, said):
    stamps.answer = answer
    assert said in timestamps.stamp_newest(app) != ""
    assert app.archive.log.head().stamp == b""
    stamps.answer = None
    assert timestamps.stamp_newest(app) == ""
    assert app.archive.log.head().stamp


def test_an_authority_in_our_own_network_needs_leave(app):
    path = app.data / "paperwatch.toml"
    path.write_text(path.read_text().replace("timestamp_from_private_addresses = true", ""))
    assert "`timestamp_from_private_addresses` in [log]" in timestamps.stamp_newest(App(app.data))


def test_nobody_is_asked_where_nobody_is_named(app, stamps):
    (app.data / "paperwatch.toml").unlink()
    assert timestamps.stamp_newest(App(app.data)) == ""
    assert stamps.asked == []


def test_an_evidence_pack_has_the_stamp(app, tmp_path):
    timestamps.stamp_newest(app)
    assert (
        call(["--data", str(app.data), "evidence", "--paper", "1", "--out", str(tmp_path / "pack.zip")]) == 0
    )
    with zipfile.ZipFile(io.BytesIO((tmp_path / "pack.zip").read_bytes())) as pack:
        inside = {name.partition("/data/")[2]: name for name in pack.namelist()}
        assert pack.read(inside["log/checkpoint.tsr"]) == app.archive.log.head().stamp
        assert "openssl ts -verify" in pack.read(inside["cover-letter.txt"]).decode()
