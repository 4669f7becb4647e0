"""On PostgreSQL: see conftest.py."""

from tests.storage.test_neighbours import *  # noqa: F403
