"""Programs ask the archive as its own OpenAPI description lets them, and as it does not (schemathesis)."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, filled, named
from web.app import create_app
from web.config import WebConfig
from web.data.openapi import ROUTES

MOST = 25  # questions to one address, of each sort; tests/soak asks many more


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def app(keeper):
    return create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)


@pytest.fixture(scope="module")
def described(app):
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(scope="module")
def client(app):
    with asgi.get_client(app) as client:
        yield client


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("known", [True, False], ids=["of things we have", "of anything"])
def test_no_question_is_a_fault_of_ours_and_every_answer_is_as_described(
    described, client, keeper, path, known
):
    hold(described, client, path, held(keeper, path) if known else {}, MOST)


def held(keeper, path):
    """What an address asks about, where the archive has it."""
    return {name: value for name, value in named(keeper).items() if f"{{{name}}}" in path}


def hold(described, client, path, parameters, most):
    """Status, media type and schema of each answer; what is described is taken, what is not is refused."""
    operation = described[path]["GET"]
    questions = st.one_of(
        operation.as_strategy(mode, path_parameters=parameters or None)
        for mode in schemathesis.GenerationMode
    )
    # That a text is no query, or names no body, is more than a schema can say.
    apart = [positive_data_acceptance] if path.endswith(("search.json", "find.json", "left-out.json")) else []

    @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=questions)
    def ask(case):
        case.call_and_validate(session=client, excluded_checks=apart)

    ask()


def test_a_wrong_description_would_be_noticed(app, client):
    with TestClient(app) as site:
        description = site.get("/openapi.json").json()
    answer = description["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]
    answer["schema"]["properties"]["papers"] = {"type": "string"}
    wrong = schemathesis.openapi.from_dict(description)
    wrong.app = app
    with pytest.raises(BaseExceptionGroup, match="Response violates schema"):
        hold(wrong, client, "/health", {}, 1)
