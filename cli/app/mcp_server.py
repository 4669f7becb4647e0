"""The archive for language models: read-only tools (Model Context Protocol) over the site's own JSON.

Each tool is one address of the JSON that `web.data.openapi` describes: a model is told what the web page
shows, within the same limits, and with every answer what it was looked for in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import httpx2
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from web.data import openapi
from web.links import prefix

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from starlette.applications import Starlette

    from web.config import WebConfig

TOOLS: Final = {
    "search": "/search.json",
    "paper": "/papers/{document}.json",
    "page": "/papers/{document}/pages/{number}.json",
    "find_in_paper": "/papers/{document}/find.json",
    "topics": "/concepts.json",
    "mentions": "/concepts/{concept}.json",
    "bodies": "/bodies.json",
    "body": "/bodies/{body}.json",
    "meetings": "/meetings.json",
    "meeting": "/meetings/{meeting}.json",
    "consultations": "/consultations.json",
    "changes": "/changes.json",
    "late_papers": "/late.json",
    "coverage": "/coverage.json",
}
ROWS: Final = 50  # of a list
CHARACTERS: Final = 60_000  # of a text
ANSWER: Final = 300_000  # characters of a whole answer
INSTRUCTIONS: Final = """\
Papers of NHS boards, integrated care boards and council health scrutiny, page by page.
Every answer says under `archive` what it was looked for in: how many papers and pages, which sources were not
read, and as of when. "Found nothing" means nothing in those papers: say so with their number, and never that
something was not said at all. Quote a page's own words with its `url_at_page` and date.
What was cut from a long answer is counted under `left_out`."""


def server(site: Starlette, config: WebConfig, version: str) -> Server[Any]:
    """Returns a server whose tools ask `site`, in this process and with no network."""
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(site, raise_app_exceptions=False),
        base_url=f"http://localhost{prefix(config.base_url)}",
    )

    async def list_tools(_: ServerRequestContext[Any], __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(name, path) for name, path in TOOLS.items()])

    async def call_tool(
        _: ServerRequestContext[Any], call: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if call.name not in TOOLS:
            return _refusal(f"There is no tool {call.name}. There are: {', '.join(TOOLS)}.")
        try:
            path, query = _asked(TOOLS[call.name], call.arguments or {})
        except ValueError as error:
            return _refusal(str(error))
        answer = await client.get(path, params=query)
        if answer.status_code != httpx2.codes.OK:
            return _refusal(answer.json()["error"])
        health = (await client.get("/health")).json()
        left_out: dict[str, int] = {}
        text = json.dumps(
            {
                "archive": {"concerns": health["concerns"], "searched": health["searched"]},
                "answer": _bounded(answer.json(), "", left_out),
                "left_out": left_out,
            },
            ensure_ascii=False,
        )
        if len(text) > ANSWER:
            return _refusal(f"The answer has {len(text)} characters, more than {ANSWER}: ask for less.")
        return types.CallToolResult(content=[types.TextContent(text=text)])

    return Server(
        "paperwatch",
        version=version,
        title=config.title,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_tools(tools: Server[Any]) -> None:
    """Answer on standard input and output, until the input ends."""
    async with stdio_server() as (asked, answered):
        await tools.run(asked, answered, tools.create_initialization_options())


def _tool(name: str, path: str) -> types.Tool:
    summary, parameters, _ = openapi.ROUTES[path]
    return types.Tool(
        name=name,
        description=summary,
        input_schema={
            "type": "object",
            "properties": {
                each["name"]: {**each["schema"], "description": each["description"]} for each in parameters
            },
            "required": [each["name"] for each in parameters if each["required"]],
            "additionalProperties": False,
        },
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


def _asked(path: str, given: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Returns the address and query of a call. Raises ValueError where a word is missing or unknown."""
    parameters = openapi.ROUTES[path][1]
    if unknown := given.keys() - {each["name"] for each in parameters}:
        raise ValueError(f"Not known here: {', '.join(sorted(unknown))}.")
    for each in parameters:
        name = each["name"]
        if each["required"] and name not in given:
            raise ValueError(f"{name} is missing. {each['description']}")
        if each["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(str(given[name]), safe=""))
    return path, {
        each["name"]: str(given[each["name"]])
        for each in parameters
        if each["in"] == "query" and each["name"] in given
    }


def _bounded(value: Any, place: str, left_out: dict[str, int]) -> Any:
    """Returns the value with its lists and texts cut; counts what was cut in `left_out`, by place."""
    if isinstance(value, dict):
        return {
            key: _bounded(each, f"{place}.{key}" if place else key, left_out) for key, each in value.items()
        }
    if isinstance(value, list):
        if len(value) > ROWS:
            left_out[place or "answer"] = left_out.get(place or "answer", 0) + len(value) - ROWS
        return [_bounded(each, place, left_out) for each in value[:ROWS]]
    if isinstance(value, str) and len(value) > CHARACTERS:
        left_out[place] = left_out.get(place, 0) + len(value) - CHARACTERS
        return value[:CHARACTERS]
    return value


def _refusal(why: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=why)], is_error=True)
