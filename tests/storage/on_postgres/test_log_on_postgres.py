"""On PostgreSQL: see conftest.py."""

from tests.storage.test_log import *  # noqa: F403
