"""On PostgreSQL: see conftest.py."""

from tests.storage.test_lateness import *  # noqa: F403
