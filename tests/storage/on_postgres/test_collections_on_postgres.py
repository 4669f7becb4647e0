"""On PostgreSQL: see conftest.py."""

from tests.web.test_web_collections import *  # noqa: F403
