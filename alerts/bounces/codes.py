"""What the code or the words of a bounce mean.

| status                                           | kind    | what follows                              |
|--------------------------------------------------|---------|-------------------------------------------|
| 5.1.z of the recipient (5.1.1, 5.1.10), 5.2.1,   | hard    | tried once more; on a second day, nothing |
| 5.7.13, 5.7.17; a phrase such as "user unknown"  |         | more goes there                           |
| 5.6.z, 5.7.z, 5.3.4, 5.2.3, "in reply to DATA"   | content | the message is held, and sent with less   |
| 4.y.z, 5.2.2 (full), 5.4.z, what says no more    | soft    | the message is sent again the next day    |

What is doubtful is soft: to try again costs little, to stop a reader without reason costs them everything.
"""

from __future__ import annotations

import re

from pipeline.bounces import BounceKind

_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BASIC = re.compile(r"(?<![\d.:])([45])[0-5]\d(?=[\s\-#])(?!\s*bytes)")
_OF_SENDER = frozenset({7, 8, 9})  # of 5.1.z
_HARD = frozenset({(2, 1), (7, 13), (7, 17)})
_CONTENT = frozenset({(2, 3), (3, 4)})
_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|address|account|addressee) (?:is |was )?(?:unknown|not found|invalid)"
    r"|(?:unknown|no such|invalid|non-?existent) (?:\w+ )?(?:user|recipient|mailbox|address|account)"
    r"|(?:user|recipient|mailbox|address|account)[^.\n]{0,40} (?:does not|doesn't|did not) exist"
    r"|no mailbox here by that name|couldn't be found|could not be found at|isn't a known|not a known user"
    r"|not our customer|no longer (?:exists|valid|active|works here)",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"quota|mailbox (?:is )?full|over ?limit|storage|too many|try (?:again )?later|temporar", re.IGNORECASE
)
OF_DATA = re.compile(r"in reply to (?:end of )?DATA|after end of (?:message|data)|end of data", re.IGNORECASE)
_POLICY = re.compile(
    r"spam|junk|\bban|block(?:ed|list)|blacklist|policy|reputation|spf|dkim|dmarc|rbl|dnsbl|virus|content",
    re.IGNORECASE,
)


def kind_of_failure(status: str, said: str) -> BounceKind | None:
    """The kind of a failure by its status field and the server's words; None where they say none at all."""
    codes = [found for found in (_detail(status), _detail(said)) if found]
    exact = [found for found in codes if found[1]]  # x.0.0 says no more than "no"
    if exact:
        return _by_code(*exact[-1], said)
    basic = _BASIC.search(said)
    if not codes and not basic and not _NOBODY.search(said) and not _FULL.search(said):
        return BounceKind.SOFT if status else None
    first = codes[0][0] if codes else int(basic[1]) if basic else 5
    return _by_words(first, said)


def _detail(text: str) -> tuple[int, int, int] | None:
    found = _ENHANCED.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _by_code(first: int, subject: int, detail: int, said: str) -> BounceKind:
    if first == 4:
        return BounceKind.SOFT
    if subject == 1 and not detail:
        return _by_words(first, said)
    if (subject == 1 and detail not in _OF_SENDER) or (subject, detail) in _HARD:
        # A server that has looked at the message first speaks of the message.
        return BounceKind.CONTENT if OF_DATA.search(said) else BounceKind.HARD
    if subject in {6, 7} or (subject, detail) in _CONTENT:
        return BounceKind.CONTENT
    return BounceKind.SOFT


def _by_words(first: int, said: str) -> BounceKind:
    if first == 4 or _FULL.search(said):
        return BounceKind.SOFT
    if OF_DATA.search(said) or _POLICY.search(said):
        return BounceKind.CONTENT
    return BounceKind.HARD if _NOBODY.search(said) else BounceKind.SOFT
