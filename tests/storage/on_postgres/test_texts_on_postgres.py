"""On PostgreSQL: see conftest.py."""

from tests.storage.test_texts import *  # noqa: F403
