"""A run killed at any moment and begun again leaves the archive and the e-mails of an unbroken one.

The long trial, with hundreds of kills, is tests/soak/test_kill_soak.py.
"""

from __future__ import annotations

import random
import time

import pytest

from cli.demo.standin import StandIn
from tests.helpers.demo_run import paperwatch, prepare, run_words
from tests.helpers.kill import broken, held, killed_when

KILLS = 2


@pytest.fixture(scope="module")
def standin():
    with StandIn() as standin:
        yield standin


def test_killed_and_begun_again_is_as_if_unbroken(tmp_path, standin):
    prepare(tmp_path / "unbroken", standin)
    started = time.monotonic()
    assert paperwatch(tmp_path / "unbroken", *run_words(standin)).returncode == 0
    whole = time.monotonic() - started
    dice = random.Random("kill")
    moments = [dice.uniform(0.05, 1) * whole for _ in range(KILLS)]
    assert broken(tmp_path / "broken", standin, moments) == held(tmp_path / "unbroken")


def test_the_lock_of_a_killed_run_is_taken_over(tmp_path, standin):
    data = tmp_path / "data"
    prepare(data, standin)
    assert killed_when(data / "run.lock", data, run_words(standin))
    assert paperwatch(data, "notify").returncode == 0
