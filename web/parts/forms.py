"""What a reader's form says: read as browsers send it without JavaScript."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from pipeline.errors import ConfigError
from pipeline.model import Cadence, DocumentKind, WatchList
from pipeline.where import part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

LONGEST_FORM = 20_000  # bytes
OF_A_LIST = ("q", "concept", "body", "part", "kind", "name", "note", "area")

Form = dict[str, list[str]]


async def form(request: Request, longest: int = LONGEST_FORM) -> Form:
    """A small form. Raises HTTPException for anything else."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This form is too large.")
    try:
        return parse_qs(body.decode("ascii"), max_num_fields=500, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "This form could not be read.") from None


def first_value(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, [])), "")


def whole_number(form: Mapping[str, Sequence[str]], name: str) -> int:
    value = first_value(form, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def cadence(form: Form) -> Cadence:
    """Raises ConfigError."""
    value = first_value(form, "cadence") or Cadence.WEEKLY.value
    if value not in set(Cadence):
        raise ConfigError("Choose immediate, daily, weekly or monthly.")
    return Cadence(value)


def watch_list(form: Form) -> WatchList:
    """The list that the form describes. Raises ConfigError."""
    kinds = [kind for kind in form.get("kind", []) if kind in set(DocumentKind)]
    return WatchList(
        name=first_value(form, "name").strip(),
        query=first_value(form, "q").strip(),
        concepts=_once(form, "concept"),
        bodies=_once(form, "body"),
        parts=tuple(map(part, _once(form, "part"))),
        kinds=tuple(map(DocumentKind, kinds)),
        note=first_value(form, "note").strip(),
        area=first_value(form, "area"),
        id=whole_number(form, "watch"),
    )


def draft(form: Form) -> WatchList:
    """As `watch_list`, of a form that is shown again: without the parts that name nothing."""
    return watch_list({**form, "part": [text for text in form.get("part", []) if _names_a_part(text)]})


def _names_a_part(text: str) -> bool:
    try:
        part(text)
    except ConfigError:
        return False
    return True


def _once(form: Form, name: str) -> tuple[str, ...]:
    """What is said under a name, each once, in its order."""
    return tuple(dict.fromkeys(filter(None, form.get(name, []))))
