"""What dask says by itself: whole tracebacks of what is survived. What counts is said in our words."""

from __future__ import annotations

import logging

NAMES = ("distributed", "distributed.client", "tornado.application")  # dask gives each a level of its own


def keep_quiet() -> None:
    """To be called once dask is imported."""
    for name in NAMES:
        logging.getLogger(name).setLevel(logging.CRITICAL)
