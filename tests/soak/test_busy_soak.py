"""Fifty scanned pages while other processes burn all processors: `make soak`."""

from __future__ import annotations

import os

import pytest

from tests.extractors.test_busy_machine import lost_pages

PAGES = int(os.environ.get("PAPERWATCH_SOAK_SCANS", "50"))
TRIES = 4  # runs: the first, and as many as a paper is tried again


@pytest.mark.soak
def test_fifty_scanned_pages_on_a_busy_machine_are_all_read(tmp_path):
    lost, limit = lost_pages(tmp_path, PAGES, tries=TRIES)
    print(f"\n{PAGES} scanned pages, {limit} s of processor time each at most: {lost} lost")
    assert lost == 0
