"""On PostgreSQL: see conftest.py."""

from tests.storage.test_firsts import *  # noqa: F403
