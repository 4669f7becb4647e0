"""Papers read by a real cluster of processes: as here, once each, and whatever becomes of its members."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from distributed import KilledWorker, LocalCluster

from cli.app.context import App
from cli.exits import Exit
from cli.main import call
from extractors.cluster import reader as cluster_reader
from extractors.cluster import sending, serving, task
from extractors.cluster.reader import ClusterReader
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import tesseract
from extractors.office import libreoffice
from pipeline import stages
from pipeline.errors import ConfigError
from pipeline.ports import Reading
from storage.archive import open_archive
from tests.documents import make
from tests.helpers.archives import crawl
from tests.helpers.cluster import Cluster
from tests.helpers.jobs import job_at

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(autouse=True, scope="module")
def _nothing_left_to_others():
    """The library leaves sockets to be found as rubbish: not in the midst of a test that forgives none."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(sending, "LOOK", 0.2)
    monkeypatch.setattr(cluster_reader, "PATIENCE", 60)


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "cluster").mkdir()
    with Cluster(tmp_path / "cluster") as cluster:
        yield cluster


@pytest.fixture
def papers(tmp_path):
    """A few of each kind: whole, broken, one with files in it, one that is not there."""
    folder = tmp_path / "papers"
    folder.mkdir()
    make.pdf(folder / "one", ["First page", "Second page"])
    make.pdf(folder / "two", ["Another paper"])
    (folder / "text").write_text("Plain words.")
    (folder / "page").write_text("<html><body><p>A page.</p></body></html>")
    (folder / "broken").write_bytes(b"%PDF-1.7\nnothing of a PDF")
    with zipfile.ZipFile(folder / "pack", "w") as pack:
        pack.write(folder / "one", "one.pdf")
        pack.write(folder / "text", "words.txt")
    return [*sorted(folder.iterdir()), folder / "gone"]


def jobs(papers):
    return [job_at(path, path.name, name=path.name) for path in papers]


def read(reader, papers, **how):
    """Each reading by its file, with the bytes of its members; fails where a file is read twice."""
    found = {}
    for reading in reader.read(jobs(papers), **how):
        assert reading.sha256 not in found
        members = [(member.name, member.path.read_bytes()) for member in reading.members]
        detail = reading.detail.partition("/")[0]  # then the name of a temporary file
        found[reading.sha256] = replace(reading, members=(), detail=detail), members
    return found


def here(papers, tmp_path, **how):
    with Sandbox(ExtractConfig(workers=1), tmp_path / "here") as sandbox:
        return read(sandbox, papers, **how)


def over(cluster, tmp_path, said):
    return ClusterReader(ExtractConfig(workers=1, cluster=cluster.address), tmp_path / "reading", said.append)


def test_two_workers_read_every_file_as_this_machine_does(cluster, papers, tmp_path, monkeypatch):
    said = []
    for _ in range(2):
        cluster.start_worker()
    with over(cluster, tmp_path, said) as reader:
        own, read_here = reader._here.read, []
        monkeypatch.setattr(
            reader._here,
            "read",
            lambda jobs, **how: own((read_here.append(job.sha256) or job for job in jobs), **how),
        )
        found = read(reader, papers)
        assert reader.versions() == reader._here.versions()
        first = read(reader.at_first(), papers)
    assert found == here(papers, tmp_path)
    assert first == here(papers, tmp_path, pictures=False)
    assert set(read_here) == {"gone"}
    assert said == []


def test_what_workers_read_is_kept_once_and_as_from_here(cluster, papers, tmp_path):
    cluster.start_worker()
    kept = []
    for address in (cluster.address, ""):
        data = tmp_path / f"data {len(kept)}"
        archive = open_archive(data)
        for path in papers[:-1]:
            crawl(archive, path.read_bytes(), key=path.name)
        (data / "paperwatch.toml").write_text(f'[extract]\ncluster = "{address}"\nworkers = 1\n')
        with App(data)._reader() as reader:
            assert isinstance(reader, ClusterReader) == bool(address)
            done = stages.extract(archive.texts, reader)
        files = sorted(sha256 for sha256, _ in archive.blobs.held())
        pages = {sha256: archive.texts.pages(sha256) for sha256 in files}
        kept.append((done.papers, done.pages, len(done.failed), pages))
    assert kept[0] == kept[1]


def test_a_worker_that_is_killed_over_a_file_costs_nothing(cluster, papers, tmp_path):
    said, found = [], {}
    cluster.start_worker("held")
    with over(cluster, tmp_path, said) as reader:
        reading = threading.Thread(target=lambda: found.update(read(reader, papers)))
        reading.start()
        process = cluster.a_task_begins()
        cluster.start_worker()
        os.kill(process, signal.SIGKILL)
        reading.join()
    assert found == here(papers, tmp_path)


def test_a_scheduler_that_is_killed_and_comes_back_costs_nothing(cluster, papers, tmp_path):
    said, found = [], {}
    held = cluster.start_worker("held")
    with over(cluster, tmp_path, said) as reader:
        reading = threading.Thread(target=lambda: found.update(read(reader, papers)))
        reading.start()
        cluster.a_task_begins()
        cluster.scheduler.kill()
        held.kill()
        cluster.start_scheduler()
        cluster.start_worker()
        reading.join()
    assert found == here(papers, tmp_path)
    assert said == []


@pytest.mark.parametrize("who", ["scheduler", "worker"])
def test_where_nobody_is_left_papers_are_read_here_and_it_is_said(
    cluster, papers, tmp_path, monkeypatch, who
):
    monkeypatch.setattr(cluster_reader, "PATIENCE", 1)
    said, found = [], {}
    held = cluster.start_worker("held")
    with over(cluster, tmp_path, said) as reader:
        reading = threading.Thread(target=lambda: found.update(read(reader, papers)))
        reading.start()
        cluster.a_task_begins()
        (cluster.scheduler if who == "scheduler" else held).kill()
        reading.join()
    assert found == here(papers, tmp_path)
    assert said == [f"{cluster.address}: the cluster has gone, or its last worker: the rest is read here"]


def test_a_worker_of_another_version_is_given_nothing_and_named(cluster, papers, tmp_path):
    said = []
    cluster.start_worker("older")
    with over(cluster, tmp_path, said) as reader:
        found = read(reader, papers)
    assert found == here(papers, tmp_path)
    assert len(said) == 2
    assert "with other readers: it is given nothing" in said[0]
    assert said[1] == f"{cluster.address}: the cluster has no worker for us: papers are read here"


def test_a_worker_without_ocr_reads_what_needs_none(cluster, tmp_path):
    said, paper = [], make.pdf(tmp_path / "paper", ["First page"])
    cluster.start_worker("without OCR")
    with over(cluster, tmp_path, said) as reader:
        (first,) = read(reader.at_first(), [paper]).values()
        assert said == []
        (second,) = read(reader, [paper]).values()
    assert first == second
    (sentence,) = said
    assert sentence.endswith(
        "no worker of the cluster has the OCR that we have: pictures of words are read here"
    )


def test_ocr_of_a_worker_counts_where_this_machine_has_none(cluster, tmp_path, monkeypatch):
    cluster.start_worker()
    monkeypatch.setattr(tesseract, "available", lambda: False)
    with over(cluster, tmp_path, []) as reader:
        assert reader.versions()["ocr"] == tesseract.VERSION
        assert "ocr" not in reader.at_first().versions()


def test_without_a_cluster_papers_are_read_here_and_it_is_said(papers, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_reader, "PATIENCE", 0.2)
    said = []
    config = ExtractConfig(workers=1, cluster="tcp://127.0.0.1:9")
    with ClusterReader(config, tmp_path / "reading", said.append) as reader:
        found = read(reader, papers)
    assert found == here(papers, tmp_path)
    assert len(said) == 1
    assert "the cluster cannot be reached" in said[0]


def test_what_a_worker_has_no_libreoffice_for_is_read_here_where_there_is_one(
    cluster, papers, tmp_path, monkeypatch
):
    """In the first pass as in the last, and without OCR: nothing would ask for it again."""
    monkeypatch.setattr(libreoffice, "available", lambda: True)
    cluster.start_worker("without LibreOffice")
    config = ExtractConfig(workers=1, cluster=cluster.address, ocr=False)
    with ClusterReader(config, tmp_path / "reading", [].append) as reader:
        found = read(reader.at_first(), papers)
        again = read(reader, papers)
    with Sandbox(ExtractConfig(workers=1, ocr=False), tmp_path / "here") as sandbox:
        assert found == again == read(sandbox, papers)


def test_a_worker_listens_only_where_its_scheduler_is_reached(cluster):
    worker = cluster.start_worker()
    listens = [
        each.laddr.ip for each in psutil.Process(worker.pid).net_connections() if each.status == "LISTEN"
    ]
    assert set(listens) == {"127.0.0.1"}


def test_what_a_killed_worker_had_in_hand_is_removed_by_the_next(cluster, papers, tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="pw-") as folder:  # a short name: sockets are in it
        monkeypatch.setenv("TMPDIR", folder)
        worker = cluster.start_worker()
        with over(cluster, tmp_path, []) as reader:
            read(reader, papers)
        worker.kill()
        left = list(Path(folder).rglob("papers-*"))
        assert left
        cluster.start_worker().kill()
        assert not any(path.exists() for path in left)


class Answer:
    """A future of a cluster that answers at once, when it is asked."""

    status = "finished"

    def __init__(self, client, asked):
        self.client, self.asked = client, asked

    def add_done_callback(self, call):
        call(self)

    def result(self, timeout):
        return self.client.answer(self.asked)

    def release(self):
        self.client.on_way -= 1


class Client:
    """Of a cluster that answers as it is told; `most` files were on their way at once."""

    status = "running"

    def __init__(self, answer):
        self.answer, self.sent, self.on_way, self.most = answer, [], 0, 0

    def submit(self, function, asked, config, **how):
        self.sent.append(asked.sha256)
        self.on_way += 1
        self.most = max(self.most, self.on_way)
        return Answer(self, asked)

    def cancel(self, futures, *, force):
        assert futures == []


def sent_by(client, paths, tmp_path, workers=1):
    """The hashes of the files that are read here, in order, of those that are to be read by a cluster."""
    read_here, said = [], []

    def read(job):
        read_here.append(job.sha256)
        return iter([job.sha256])

    home = sending.Home(read=read, helps=lambda reason: False, workers=lambda: workers, say=said.append)
    (tmp_path / "members").mkdir()
    way = sending.Sending(client, ExtractConfig(), tmp_path / "members", home, pictures=True, patience=60)
    found = [getattr(each, "sha256", each) for each in way.read(iter(jobs(paths)))]
    assert sorted(found) == sorted(path.name for path in paths)
    assert not any("the rest" in sentence for sentence in said)
    return read_here


def well(asked):
    reading = Reading(sha256=asked.sha256, extractor="text", version="1", media_type="text/plain")
    return task.Answered(reading=reading, members=())


def test_files_that_cannot_be_sent_keep_no_other_from_the_cluster(tmp_path, monkeypatch):
    """As many as are on their way at once, and the first of all."""
    monkeypatch.setattr(task, "MOST_BYTES", 10)
    large = [tmp_path / f"large {number}" for number in range(2 * sending.AHEAD)]
    small = [tmp_path / f"small {number}" for number in range(5)]
    for path in (*large, *small):
        path.write_bytes(b"x" * (20 if path in large else 5))
    client = Client(well)
    assert sent_by(client, [*large, *small], tmp_path) == [path.name for path in large]
    assert client.sent == [path.name for path in small]


def test_no_more_bytes_are_on_their_way_than_a_scheduler_has_memory_for(tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "MOST_BYTES", 10)
    paths = [tmp_path / str(number) for number in range(9)]
    for path in paths:
        path.write_bytes(b"x" * 6)
    client = Client(well)
    assert sent_by(client, paths, tmp_path, workers=100) == []
    assert (len(client.sent), client.most) == (9, 2)


@pytest.mark.parametrize(("fault", "times"), [(KilledWorker("task", None, []), 1), (OSError("gone"), 3)])
def test_a_file_that_kills_workers_is_not_sent_to_more_of_them(tmp_path, fault, times):
    """The scheduler has tried it on several already."""

    def fail(asked):
        raise fault

    client = Client(fail)
    (tmp_path / "one").write_bytes(b"x")
    assert sent_by(client, [tmp_path / "one"], tmp_path) == ["one"]
    assert len(client.sent) == times


def test_a_file_too_large_to_be_sent_is_read_here(cluster, papers, tmp_path, monkeypatch):
    monkeypatch.setattr("extractors.cluster.task.MOST_BYTES", 3)
    said = []
    cluster.start_worker()
    with over(cluster, tmp_path, said) as reader:
        assert read(reader, papers) == here(papers, tmp_path)


def test_what_a_worker_reads_of_a_pack_and_what_is_too_much_to_be_sent(tmp_path, papers, monkeypatch):
    """On a worker in this process, whose papers are gone when it has answered."""
    config = ExtractConfig(ocr=False)
    content = next(path for path in papers if path.name == "pack").read_bytes()
    asked = task.Asked(sha256="pack", name="pack", tries=0, pictures=False, content=content)
    folder = tmp_path / "workers"
    with (
        LocalCluster(
            processes=False, n_workers=1, threads_per_worker=1, dashboard_address=":0", local_directory=folder
        ) as members,
        members.get_client() as client,
    ):
        answered = client.submit(task.read, asked, config, pure=False).result()
        (kept,) = folder.rglob("papers-*")
        left = [path for path in kept.iterdir() if path.name != "reading"]
        monkeypatch.setattr(task, "MOST_BYTES", 3)
        too_much = client.submit(task.read, asked, config, pure=False).result()
    assert [name for name, _ in answered.members] == ["one.pdf", "words.txt"]
    assert answered.members[1][1] == b"Plain words."
    assert answered.reading.members == ()
    assert (left, too_much) == ([], None)


def test_a_worker_keeps_papers_where_nobody_else_looks(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = serving._folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(ConfigError, match="open to nobody else"):
        serving._folder()


def test_a_worker_without_a_scheduler_says_so(capsys, monkeypatch):
    monkeypatch.setattr(serving, "PATIENCE", 1)
    assert call(["worker", "tcp://127.0.0.1:9"]) == Exit.NOT_FINISHED
    assert "the scheduler tcp://127.0.0.1:9 is not there" in capsys.readouterr().err


def test_a_worker_whose_scheduler_goes_ends_and_says_so(cluster):
    worker = cluster.start_worker()
    cluster.scheduler.kill()
    code, said = worker.ended()
    assert f"the scheduler {cluster.address} has gone" in said
    assert code == Exit.NOT_FINISHED


def test_a_worker_that_is_stopped_hands_over_and_ends_well(cluster):
    worker = cluster.start_worker()
    worker.terminate()
    assert worker.ended()[0] == 0


def test_without_the_library_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    config = ExtractConfig(cluster="tcp://127.0.0.1:9")
    with (
        pytest.raises(ConfigError, match=r"paperwatch\[cluster\]"),
        ClusterReader(config, tmp_path / "reading", print),
    ):
        pass


def test_an_address_that_is_none_is_refused(tmp_path, capsys):
    for address in (
        "db.example:8786",
        "tcp://db.example",
        "tcp://db.example:port",
        "tcp://[::1",
        "http://a:1",
    ):
        (tmp_path / "paperwatch.toml").write_text(f'[extract]\ncluster = "{address}"\n')
        for command in (["status", "--data", str(tmp_path)], ["worker", address]):
            assert call(command) == Exit.WRONG_CALL
            assert "tcp://host:port or tls://host:port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "means"),
    [
        (["tls://{}"], "TLS"),  # and no certificate is named anywhere
        (["tcp://{}", "--host", "203.0.113.7"], "Cannot assign"),
        (["tcp://{}", "--memory", "much"], "much"),
    ],
)
def test_a_worker_that_cannot_be_started_says_why(cluster, capsys, words, means):
    where = cluster.address.removeprefix("tcp://")
    assert call(["worker", words[0].format(where), *words[1:]]) == Exit.WRONG_CALL
    said = capsys.readouterr().err
    assert "the worker cannot be started" in said
    assert means in said
