"""The names of OpenDocument's elements, and its lengths."""

from __future__ import annotations

import re

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = f"{_OASIS}office:1.0}}", f"{_OASIS}text:1.0}}", f"{_OASIS}table:1.0}}"
DRAW, STYLE, SHOW = f"{_OASIS}drawing:1.0}}", f"{_OASIS}style:1.0}}", f"{_OASIS}presentation:1.0}}"
FO, SVG, META = (
    f"{_OASIS}xsl-fo-compatible:1.0}}",
    f"{_OASIS}svg-compatible:1.0}}",
    f"{_OASIS}meta:1.0}}",
)
FORM, NUMBER = f"{_OASIS}form:1.0}}", f"{_OASIS}datastyle:1.0}}"
LIBREOFFICE = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_LENGTH = re.compile(r"(-?[\d.]+)(mm|cm|in|pt|pc|px)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}


def points(length: str | None) -> float:
    """A length in points; 0 if it is not one."""
    match = _LENGTH.fullmatch((length or "").strip())
    return float(match[1]) * _POINTS[match[2]] if match else 0.0


def percent(share: str | None) -> float:
    """A share in percent; all of it if it is not one."""
    match = _PERCENT.fullmatch((share or "").strip())
    return float(match[1]) if match else 100.0
