"""On PostgreSQL: see conftest.py."""

from tests.storage.test_catalogue import *  # noqa: F403
