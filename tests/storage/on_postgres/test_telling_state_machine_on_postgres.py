"""On PostgreSQL: see conftest.py."""

from tests.storage.test_telling_state_machine import *  # noqa: F403
