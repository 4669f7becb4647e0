"""Writing a source line: the standard library reads TOML and does not write it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(given: Any) -> str:
    """A value on one line. For strings, numbers and truths TOML writes what JSON writes, DEL excepted."""
    match given:
        case Mapping():
            return (
                "{ " + ", ".join(f"{toml_key(name)} = {value(each)}" for name, each in given.items()) + " }"
            )
        case list() | tuple():
            return "[" + ", ".join(value(each) for each in given) + "]"
        case date():
            return given.isoformat()
        case _:
            return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007F")


def toml_key(name: str) -> str:
    return name if _BARE.fullmatch(name) else value(name)
