"""Hundreds of long orders of readers, lists, papers, crashes, clocks and mail servers: `make soak`."""

from __future__ import annotations

import os

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.storage.test_telling_state_machine import Telling, tried

ORDERS = int(os.environ.get("PAPERWATCH_SOAK_ORDERS", "500"))
STEPS = 50


@pytest.mark.soak
def test_in_any_order_of_events_nothing_is_lost_or_told_twice():
    run_state_machine_as_test(Telling, settings=tried(ORDERS, STEPS))
    print(f"\n{ORDERS} orders of up to {STEPS} events: told once, as asked, nothing lost")
