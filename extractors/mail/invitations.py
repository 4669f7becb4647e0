"""What an invitation or another entry of a calendar (RFC 5545) says to whoever opens it. Pure."""

from __future__ import annotations

import re

MARK = "BEGIN:VCALENDAR"
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_ENTRIES = {"VEVENT", "VTODO", "VJOURNAL"}
_SAID = {"SUMMARY": "", "LOCATION": "Where: ", "DTSTART": "When: ", "DESCRIPTION": "", "COMMENT": ""}
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ?)?")


def words(calendar: str) -> str:
    """Subject, place, time and text of each entry, a line each; "" where there are none."""
    lines: list[str] = []
    within: list[str] = [""]  # an alarm within an entry says nothing new
    for line in _FOLD.sub("", calendar).splitlines():
        head, _, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name == "BEGIN":
            within.append(value.strip().upper())
        elif name == "END":
            within = within[:-1] or [""]
        elif within[-1] in _ENTRIES and name in _SAID and value.strip():
            text = (
                _MOMENT.sub(_date, value, count=1) if name == "DTSTART" else _ESCAPED.sub(_unescaped, value)
            )
            lines.append(_SAID[name] + text.strip())
    return "\n".join(lines)


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def _date(match: re.Match[str]) -> str:
    year, month, day, hour, minute = match.groups()
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}" if hour else "")
