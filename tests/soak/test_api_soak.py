"""Thousands of questions to each JSON address, such as its description allows and such as it does not."""

from __future__ import annotations

import pytest

from tests.web.test_web_api import app, client, described, held, hold, keeper
from web.data.openapi import ROUTES

__all__ = ["app", "client", "described", "keeper"]  # fixtures
MOST = 1_000


@pytest.mark.soak
@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("known", [True, False], ids=["of things we have", "of anything"])
def test_no_question_is_a_fault_of_ours(described, client, keeper, path, known):
    hold(described, client, path, held(keeper, path) if known else {}, MOST)
