"""On PostgreSQL: see conftest.py."""

from tests.storage.test_custody import *  # noqa: F403
