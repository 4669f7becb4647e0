"""Plain text of mails whose lines are to be joined again: format=flowed, RFC 3676. Pure."""

from __future__ import annotations

_SIGNATURE = "-- "


def joined(text: str, *, delete_space: bool) -> str:
    """Returns the paragraphs of `text`, a line each.

    `delete_space`: the blank that marks a line to be joined with the next is not one between words.
    """
    done: list[str] = []
    open_depth = -1  # how deep the paragraph is quoted that goes on; -1 where none does
    for raw in text.splitlines():
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        goes_on = line.endswith(" ") and line != _SIGNATURE
        if goes_on and delete_space:
            line = line[:-1]
        if depth == open_depth and line != _SIGNATURE:
            done[-1] += line
        else:
            done.append("> " * bool(depth) + line)
        open_depth = depth if goes_on else -1
    return "\n".join(done)
