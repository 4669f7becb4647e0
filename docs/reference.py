"""Writes docs/reference/ from the code: commands, settings, exit codes, source keys, concept form, JSON.

Run by each build of the documentation, and by hand with `python docs/reference.py`. Its pages are not kept.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cli.app.config import Config
from cli.exits import Exit
from cli.main import paperwatch
from crawler.platforms import PLATFORMS
from pipeline.matching import concepts
from web.config import WebConfig
from web.data import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent / "reference"


def write(folder: Path) -> None:
    """Write every generated page into this folder."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        text = page()
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:  # unchanged: nothing to build again
            path.write_text(text, encoding="utf-8")


def walk(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before their members."""
    for name, command in sorted(group.commands.items()):
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from walk(command, f"{prefix}{name} ")


def commands() -> str:
    """Returns the page of all commands, as their own help has them."""
    lines = [
        "# Commands",
        "",
        "Every command takes `--data DIRECTORY` (or the variable `PAPERWATCH_DATA`).",
        "",
    ]
    for name, command in walk(paperwatch):
        context = click.Context(command, info_name=f"paperwatch {name}", max_content_width=100)
        context.terminal_width = 100
        lines += [f"## {name}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines)


def settings() -> str:
    """Returns the page of all settings: their defaults from the types, their notes from the comments."""
    lines = [
        "# Settings",
        "",
        "`<data>/paperwatch.toml`. Every setting has a default that works. A variable of the environment,",
        "`PAPERWATCH_<TABLE>_<KEY>`, takes precedence over the file.",
        "",
    ]
    for table in Config.__struct_fields__:
        lines += _table(table, type(getattr(Config(), table)))
    return "\n".join(lines)


def _table(name: str, struct: type[msgspec.Struct]) -> list[str]:
    notes = _comments(struct)
    about = vars(struct).get("__doc__") or ""  # not that of msgspec's own class
    lines = [f"## [{name}]", "", about, "", "| key | default | |", "|---|---|---|"]
    nested: list[str] = []
    for field in msgspec.structs.fields(struct):
        inner = next((kind for kind in _kinds(field.type) if _is_struct(kind)), None)
        if inner is not None:
            nested += _table(f"{name}.{field.name}", inner)
            continue
        default = "required" if field.default is msgspec.NODEFAULT else f"`{json.dumps(field.default)}`"
        lines.append(f"| `{field.name}` | {default} | {notes.get(field.name, '')} |")
    return [*lines, "", *nested]


def _kinds(kind: Any) -> list[Any]:
    return list(getattr(kind, "__args__", (kind,)))


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _comments(struct: type) -> dict[str, str]:
    """The comments above and behind each field, which say what it is for."""
    notes: dict[str, str] = {}
    above: list[str] = []
    source = inspect.getsource(struct).splitlines()
    for line in source:
        field = re.match(r"    (\w+): ", line)
        words = re.search(r"(?:^| )# (?!noqa)(.*?)(?:  # noqa.*)?$", line)
        said = words.group(1).removeprefix("noqa") if words else ""
        if field:
            notes[field.group(1)] = " ".join([*above, said]).strip().replace("|", r"\|")
            above = []
        elif line.strip().startswith("# "):
            above.append(said)
        else:
            above = []
    return notes


def exit_codes() -> str:
    """Returns the page of exit codes, from the comments of their enumeration."""
    notes = _comments_of_enum(Exit)
    rows = [f"| {code.value} | {notes[code.name]} |" for code in Exit]
    return "\n".join(["# Exit codes", "", "| code | means |", "|---|---|", *rows, ""])


def _comments_of_enum(enum: type) -> dict[str, str]:
    return dict(re.findall(r"^    (\w+) = \d+  # (.*)$", inspect.getsource(enum), re.MULTILINE))


def source_keys() -> str:
    """Returns the page of a source line's keys: the table beside the lines, which a test holds."""
    text = (ROOT / "crawler" / "sources" / "README.md").read_text(encoding="utf-8")
    platforms = [
        f"| `{name}` | {_first_sentence(module.__doc__ or '')} |"
        for name, module in sorted(PLATFORMS.items())
    ]
    table = "\n".join(["## Platforms", "", "| platform | reads |", "|---|---|", *platforms, ""])
    return f"{text}\n{table}"


def _first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("|", r"\|")


def concept_form() -> str:
    """Returns the page of a concept's form, from the module that reads it."""
    head, _, rest = (concepts.__doc__ or "").partition("\n\n")
    return "\n".join(["# The form of a concept", "", head, "", _fenced(rest), ""])


def _fenced(text: str) -> str:
    """Indented blocks as TOML blocks."""
    blocks: list[str] = []
    for block in re.split(r"\n\n(?=\S)|(?<=:)\n\n(?=    )", text):
        code = block.startswith("    ")
        blocks.append(f"```toml\n{inspect.cleandoc(block)}\n```" if code else block)
    return "\n\n".join(blocks)


def json_shapes() -> str:
    """Returns the page of the web's JSON: every address, its parameters, and the fields of each record."""
    described = openapi.description(WebConfig(), "https://papers.example.org")
    lines = [
        "# JSON",
        "",
        "The archive describes itself at `/openapi.json` (OpenAPI 3.1). Nothing here needs a key.",
        "",
        "## Addresses",
        "",
    ]
    for path, operations in described["paths"].items():
        asked = operations["get"]
        lines += [f"### `{path}`", "", asked["summary"], ""]
        lines += [f"- `{each['name']}`: {each['description']}" for each in asked["parameters"]]
        answer = asked["responses"]["200"]["content"]["application/json"]["schema"]
        lines += ["", f"Returns {_shape(answer)}.", ""]
    lines += ["## Records", ""]
    for name, schema in sorted(described["components"]["schemas"].items()):
        lines += [f"### {name}", ""]
        if "properties" not in schema:
            lines += [f"{_shape(schema)}".capitalize() + ".", ""]
            continue
        lines += ["| field | type |", "|---|---|"]
        lines += [f"| `{key}` | {_shape(kind)} |" for key, kind in schema["properties"].items()]
        lines.append("")
    return "\n".join(lines)


def _shape(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for key, joint in (("allOf", " with "), ("anyOf", " or ")):
        if key in schema:
            return joint.join(_shape(each) for each in schema[key])
    if "enum" in schema:
        return "one of " + ", ".join(f"`{json.dumps(each)}`" for each in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"a list of {_shape(schema.get('items') or {})}"
    if kind == "object" and "properties" in schema:
        return "an object of " + ", ".join(f"`{key}`" for key in schema["properties"])
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


PAGES = {
    "commands": commands,
    "settings": settings,
    "exit-codes": exit_codes,
    "source-keys": source_keys,
    "concept-form": concept_form,
    "json": json_shapes,
}

if __name__ == "__main__":
    write(HERE)
