"""On PostgreSQL: see conftest.py."""

from tests.storage.test_left_out import *  # noqa: F403
