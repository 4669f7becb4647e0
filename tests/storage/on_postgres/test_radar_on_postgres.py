"""On PostgreSQL: see conftest.py."""

from tests.storage.test_radar import *  # noqa: F403
