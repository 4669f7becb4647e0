"""`paperwatch serve` as a process: it answers, and ends cleanly when it is told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import httpx2
import pytest

from tests.documents.make import pdf
from tests.helpers.demo_run import command
from tests.helpers.web_archive import Keeper, source


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    data = tmp_path_factory.mktemp("served")
    keeper = Keeper(data)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "report", ["Words."], content=pdf(data / "report.pdf", ["Words."]).read_bytes())
    return data


@pytest.mark.parametrize("end", [os.kill, os.killpg], ids=["process", "group"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_nothing_behind(data, number, end):
    """systemd and a terminal tell the whole group, a person one process."""
    served = subprocess.Popen(
        command(data, "serve", "--port", "0"), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with served:
        address = re.search(r"http://\S+/", served.stderr.readline())[0]
        # A picture is drawn by a process of its own: that has to end as well.
        picture = httpx2.get(f"{address}papers/1/pages/1/small.png")
        assert picture.content.startswith(b"\x89PNG")
        end(served.pid, number)
        # Its children write to the same stderr: its end is the end of all of them.
        _, complaints = served.communicate(timeout=20)
    assert (served.returncode, complaints) == (0, "")
    assert not list((data / "reading").iterdir())
