"""Values as files have them: JSON, CSV and the tables of an export write days, instants and lists alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any


def plain(value: Any) -> Any:
    """Returns the value as JSON has it: ISO dates, instants of RFC 3339 in UTC with a Z, lists, strings."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def cell_text(value: Any) -> str:
    """Returns what a cell of a table says of the value: several with commas between them."""
    value = plain(value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(cell_text, value))
    return "" if value is None else str(value)
