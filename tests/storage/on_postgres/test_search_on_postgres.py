"""On PostgreSQL: see conftest.py."""

from tests.storage.test_search import *  # noqa: F403
