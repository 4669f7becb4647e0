"""On PostgreSQL: see conftest.py."""

from tests.storage.test_lineage import *  # noqa: F403
