"""On PostgreSQL: see conftest.py."""

from tests.storage.test_ledger import *  # noqa: F403
