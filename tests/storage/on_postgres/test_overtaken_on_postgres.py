"""On PostgreSQL: see conftest.py."""

from tests.storage.test_overtaken import *  # noqa: F403
