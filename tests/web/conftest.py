"""An archive with a bit of everything, and its web."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, filled
from web.app import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def shelf(keeper):
    return PublicArchive(keeper.archive, LABELS)


@pytest.fixture(scope="module")
def site(shelf):
    with TestClient(create_app(shelf, WebConfig(contact="volunteers@wold.example"), lambda: TODAY)) as client:
        yield client
