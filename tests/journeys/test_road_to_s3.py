"""The whole road with the papers in an object store: what is found, shown and proved is as from a folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from cli.demo.standin import StandIn
from cli.exits import Exit
from cli.main import call
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.helpers import s3
from tests.helpers.demo_run import paperwatch, prepare
from tests.helpers.s3 import Bad


@pytest.fixture
def house(tmp_path, way, s3_server):
    """A data folder whose papers are in a bucket, and a web to watch."""
    data, bucket = tmp_path / "data", s3_server.new_bucket()
    with StandIn() as standin:
        prepare(data, standin)
        with (data / "paperwatch.toml").open("a") as settings:
            settings.write(f'[storage]\npapers = "s3://{bucket}/papers"\n')
        standin.day = 1
        yield data, bucket, standin


def run(data, standin):
    """Two sites of it, with papers in a pack and on their own: where the papers go is the same for all."""
    return paperwatch(data, "run", "marlshire", "wold-and-haven", "--today", standin.today.isoformat())


def found(archive):
    """What is held and what is said in it."""
    papers = {(row.url.rpartition("/")[2], row.sha256) for row in archive.reports.papers()}
    with archive.database.reading() as connection:
        said = connection.exec_driver_sql('SELECT sha256, page, concept_id, start, "end" FROM hits').all()
    return papers, sorted(map(tuple, said))


def test_from_the_web_to_the_proof(house, tmp_path, way, s3_server, capsys):
    data, bucket, standin = house
    puts = 0

    def expire(asked: s3.Asked) -> Bad | None:
        nonlocal puts
        puts += asked.method == "PUT"
        return Bad(status=400, code="ExpiredToken") if puts > 5 else None

    way.fault = expire
    done = run(data, standin)
    assert done.returncode == Exit.NOT_FINISHED, done.stderr
    assert "the credentials have expired" in done.stderr
    way.fault = lambda asked: None

    done = run(data, standin)
    assert (done.returncode, done.stderr) == (0, "")
    far = open_archive(data, StorageConfig(papers=f"s3://{bucket}/papers"))
    near = open_archive(tmp_path / "near")
    near.database.engine.dispose()
    prepare(tmp_path / "near", standin)
    assert run(tmp_path / "near", standin).returncode == 0
    papers, said = found(far)
    assert (papers, said) == found(open_archive(tmp_path / "near"))
    assert said
    assert {name.rpartition("/")[2] for name in s3.names(s3_server, bucket)} >= {
        sha for _, sha in papers if sha
    }
    assert list((data / "papers").glob("??/*")) == []

    for path in (data / "papers-copies").glob("??/*"):
        path.unlink()
    assert call(["db", "check", "--data", str(data)]) == 0
    assert call(["search", "population", "--data", str(data)]) == 0
    pack = tmp_path / "pack.zip"
    assert call(["evidence", "--hit", "1", "--out", str(pack), "--data", str(data)]) == 0
    with zipfile.ZipFile(pack) as file:
        file.extractall(tmp_path / "pack")
        assert any("/original" in name for name in file.namelist())
    (verify,) = (tmp_path / "pack").glob("*/verify.py")
    checked = subprocess.run(
        [sys.executable, verify], cwd=verify.parent, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert s3.KEYS["AWS_SECRET_ACCESS_KEY"] not in capsys.readouterr().err
