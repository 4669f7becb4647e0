"""The archive as tools for a language model, asked by the protocol's own client."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters

from cli.app.context import App
from cli.app.mcp_server import CHARACTERS, ROWS, TOOLS
from tests.helpers.demo_run import command
from tests.helpers.web_archive import Keeper, source

PAGES = ROWS + 5


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    data = tmp_path_factory.mktemp("told")
    keeper = Keeper(data)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "plan", ["A whole population payment is proposed."])
    keeper.paper(
        "wold", "pack", [f"Page {number} of the pack." for number in range(1, PAGES)] + ["word " * CHARACTERS]
    )
    return data


@pytest.fixture(scope="module")
def client(data):
    """A session with the tools in this process, one for all."""
    with session(App(data).tools("1.0")) as asked:
        yield asked


@contextmanager
def session(server):
    """Of the protocol's own client: whoever calls gets what is answered."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server)) as opened,
    ):
        yield lambda name, *given: portal.call(getattr(opened, name), *given)


def answers(client, *calls):
    """What the tools answer to each (name, arguments)."""
    return [json.loads(client("call_tool", *call).content[0].text) for call in calls]


def test_every_tool_is_described_and_only_reads(client):
    tools = client("list_tools").tools
    assert [tool.name for tool in tools] == list(TOOLS)
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    search = next(tool for tool in tools if tool.name == "search").input_schema
    assert "q" in search["properties"]


def test_the_command_answers_over_a_pipe_and_ends_with_it(data):
    first, *words = command(data, "mcp")
    with session(StdioServerParameters(command=first, args=words, env=dict(os.environ))) as asked:
        (found,) = answers(asked, ("search", {"q": "payment"}))
    assert [row["page"] for row in found["answer"]["answers"]] == [1]


def test_each_answer_says_what_it_was_looked_for_in(client):
    found, nothing, page, coverage = answers(
        client,
        ("search", {"q": '"whole population payment"'}),
        ("search", {"q": '"integrated care provider"'}),
        ("page", {"document": 1, "number": 1}),
        ("coverage", {}),
    )
    assert [row["page"] for row in found["answer"]["answers"]] == [1]
    assert nothing["answer"]["answers"] == []
    assert "whole population payment" in page["answer"]["page"]["text"]
    for answer in (found, nothing, page, coverage):
        assert answer["archive"]["searched"]["papers"] == 2
        assert answer["archive"]["searched"]["pages"] == PAGES + 1


def test_what_does_not_fit_is_counted(client):
    paper, page = answers(client, ("paper", {"document": 2}), ("page", {"document": 2, "number": PAGES}))
    assert len(paper["answer"]["pages"]) == ROWS
    assert paper["left_out"] == {"pages": PAGES - ROWS}
    assert len(page["answer"]["page"]["text"]) == CHARACTERS
    assert page["left_out"]["page.text"] > 0


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("delete", {}, "There is no tool delete."),
        ("page", {"document": 1}, "number is missing."),
        ("paper", {"document": "../../etc/passwd"}, "Page not found"),
        ("paper", {"document": 1, "token": "x"}, "Not known here: token."),
        ("search", {"q": '"no end'}, "quot"),
        ("body", {"body": "../readers"}, "Page not found"),
    ],
)
def test_a_bad_call_is_refused_in_words(client, name, given, says):
    answer = client("call_tool", name, given)
    assert answer.is_error
    assert says in answer.content[0].text
