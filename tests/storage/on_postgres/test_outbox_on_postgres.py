"""On PostgreSQL: see conftest.py."""

from tests.storage.test_outbox import *  # noqa: F403
