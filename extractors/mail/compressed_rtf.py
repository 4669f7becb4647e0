"""Compressed RTF, in which Outlook may keep a message's body: [MS-OXRTFCP]."""

from __future__ import annotations

import re
import struct

from extractors.html import to_text as html_to_text
from extractors.office import rtf

# What is before every text, to be pointed back to: the commonest words of RTF.
_BEFORE = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_REACH = 4096  # bytes that can be pointed back over
_HEAD = struct.Struct("<2I4sI")  # size as it is, size as it will be, kind, checksum

# RTF that was made of HTML has the HTML within it [MS-OXRTFEX]: its tags in groups of their own, its words
# as they are, and between `htmlrtf` and `htmlrtf0` what only RTF needs.
_OF_HTML = "\\fromhtml1"
_RTF_ONLY = re.compile(r"\\htmlrtf1?(?!\d) ?.*?\\htmlrtf0 ?", re.DOTALL)
_TAG = re.compile(r"\{\\\*\\htmltag\d* ?")


def rtf_text(content: bytes) -> str:
    """Its words. Raises ValueError where it is damaged."""
    text = _unpacked(content).decode("latin-1")
    if _OF_HTML in text:
        return html_to_text(rtf.words(_TAG.sub("{", _RTF_ONLY.sub("", text))))
    return rtf.words(text)


def _unpacked(content: bytes) -> bytes:
    if len(content) < _HEAD.size:
        raise ValueError("compressed RTF without its head")
    _, size, kind, _ = _HEAD.unpack_from(content)
    body = content[_HEAD.size :]
    if kind == b"MELA":  # not compressed after all
        return body[:size]
    if kind == b"LZFu":
        return _expanded(body, size)
    raise ValueError(f"compressed RTF of an unknown kind: {kind.hex()}")


def _expanded(body: bytes, size: int) -> bytes:
    text, at = bytearray(_BEFORE), 0
    while at < len(body):
        kinds = body[at]  # of the next eight: a byte as it is, or two that point back
        at += 1
        for bit in range(8):
            if not kinds >> bit & 1:
                text += body[at : at + 1]
                at += 1
                continue
            if at + 2 > len(body):
                break
            (pointer,) = struct.unpack_from(">H", body, at)
            at += 2
            back = (len(text) - (pointer >> 4)) % _REACH
            if back == 0:  # points at itself: the end
                return bytes(text[len(_BEFORE) :])
            if back > len(text):
                raise ValueError("compressed RTF that points before its beginning")
            for _ in range((pointer & 15) + 2):  # one by one: it may point at what it writes
                text.append(text[-back])
    if len(text) - len(_BEFORE) < size:
        raise ValueError("compressed RTF cut short")
    return bytes(text[len(_BEFORE) :])  # some programs leave the end out
