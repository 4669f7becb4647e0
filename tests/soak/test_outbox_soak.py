"""Two hundred kills between match and send, ten thousand rules added while papers arrive: `make soak`."""

from __future__ import annotations

import os
import random
import shutil

import pytest

from tests.helpers.crashes import working
from tests.helpers.desk import Desk, concept
from tests.storage.test_outbox import interleaved

KILLS = int(os.environ.get("PAPERWATCH_SOAK_OUTBOX_KILLS", "200"))
INTERLEAVINGS = int(os.environ.get("PAPERWATCH_SOAK_INTERLEAVINGS", "10000"))
IN_ONE_ARCHIVE = 40  # a reader keeps 50 watch lists at most


@pytest.mark.soak
def test_killed_two_hundred_times_nothing_is_lost(tmp_path):
    dice = random.Random("outbox soak")
    again = 0
    with working(tmp_path) as works:
        usual = works.unbroken(tmp_path / "unbroken")
        for trial in range(KILLS):
            folder = tmp_path / f"trial{trial}"
            again += works.crash_once(folder, dice.uniform(0, usual))
            shutil.rmtree(folder)
    print(f"\n{KILLS} kills: 0 of the messages lost, {again} sent twice under the same Message-ID")


@pytest.mark.soak
def test_rules_added_at_any_moment_tell_each_paper_once(tmp_path):
    dice = random.Random("interleavings")
    for start in range(0, INTERLEAVINGS, IN_ONE_ARCHIVE):
        folder = tmp_path / str(start)
        desk = Desk(folder, None, concept("nothing"))
        desk.reader(concepts=("nothing",))
        for number in range(start, min(start + IN_ONE_ARCHIVE, INTERLEAVINGS)):
            interleaved(desk, f"n{number:05}", dice.randint(1, 20))
        desk.archive.database.engine.dispose()
        shutil.rmtree(folder)
    print(f"\n{INTERLEAVINGS} rules added while papers arrived: each paper told of exactly once")
