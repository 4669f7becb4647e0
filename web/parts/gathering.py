"""Answers that are one page in several papers, as one result: a pack repeats what its parts say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.text.canonical import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.views import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    answer: Answer
    place: int  # among the answers that are shown together, from 0
    also: Sequence[Answer] = ()  # of these answers, the others in which the same page is


def gathered(answers: Sequence[Answer]) -> list[Result]:
    """Each answer once, in their order: as a result, or with the first that is the same page.

    Pages are the same that say the same words, and of what was looked for the same figures too.
    """
    results: dict[tuple[str, str] | tuple[int, int], list[tuple[int, Answer]]] = {}
    for place, answer in enumerate(answers):
        own = answer.document, answer.page
        alike = (answer.fingerprint, shown(answer.snippet)) if answer.fingerprint else own
        results.setdefault(alike, []).append((place, answer))
    return [
        Result(
            answer=first,
            place=place,
            also=[answer for _, answer in others],
        )
        for (place, first), *others in results.values()
    ]
