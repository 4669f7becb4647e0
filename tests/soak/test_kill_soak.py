"""Thirty kills and more, one a trial: `make soak`."""

from __future__ import annotations

import os
import random
import time

import pytest

from cli.demo.standin import StandIn
from tests.helpers.demo_run import paperwatch, prepare, run_words
from tests.helpers.kill import broken, held

TRIALS = int(os.environ.get("PAPERWATCH_SOAK_KILLS", "30"))


@pytest.mark.soak
def test_each_kill_alone_is_made_good(tmp_path):
    dice = random.Random("soak")
    with StandIn() as standin:
        prepare(tmp_path / "unbroken", standin)
        started = time.monotonic()
        assert paperwatch(tmp_path / "unbroken", *run_words(standin)).returncode == 0
        whole = time.monotonic() - started
        expected = held(tmp_path / "unbroken")
        for trial in range(TRIALS):
            moment = dice.uniform(0.02, 1) * whole
            assert broken(tmp_path / f"trial{trial}", standin, [moment]) == expected, (
                f"killed at {moment:.2f} s"
            )
    print(f"\n{TRIALS} runs killed once each and begun again: every archive and every e-mail as unbroken")
