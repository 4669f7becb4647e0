"""Crawls in processes of their own: Twisted's reactor runs once in each."""

from __future__ import annotations

from functools import cache

from tests.helpers.nursery import Nursery

LOADED = """
import sys
import scrapy.extensions.telnet
import storage.archive
import tests.councils.crawling
import tests.helpers.fakes
assert "twisted.internet.reactor" not in sys.modules, "each crawl has its own"
"""


@cache
def nursery() -> Nursery:
    """What they are copied from."""
    return Nursery(LOADED)
