"""On PostgreSQL: see conftest.py."""

from tests.storage.test_page_refs import *  # noqa: F403
