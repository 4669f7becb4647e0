"""One digest on the web: all that it told, or its mentions of one body or topic. Its address is signed."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from web import links
from web.faults import DeadLink
from web.headers import PRIVATE
from web.readers import GONE

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.model import DigestEntry
    from pipeline.ports import Readers, ToldDigest
    from web.site import Site

ON_ONE_PAGE = 50


class Digests:
    def __init__(self, readers: Readers, site: Site) -> None:
        self._readers = readers
        self._site = site

    def digest(self, request: Request) -> Response:
        """What it told, the newest papers first; `body`, `topic` and `but` (bodies) narrow it to mentions."""
        name: str = request.path_params["name"]
        told = self._readers.digest(name)
        if told is None:
            raise DeadLink(GONE)
        asked = {key: request.query_params.get(key, "") for key in ("body", "topic", "but")}
        found = [entry for entry in told.entries if _is_asked(entry, asked)]
        given = request.query_params.get("page", "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 5 and int(given) else 1
        begin = (number - 1) * ON_ONE_PAGE
        whole = number == 1 and not any(asked.values())
        answer = self._site.page(
            "digest.html",
            told=told,
            asked=asked,
            whole=whole,
            lists=_lists(told) if whole else [],
            found=found,
            again=sum(entry.said_again for entry in told.entries),
            gone=sum(_is_of(each.body, each.topics, asked) for each in told.gone),
            shown=found[begin : begin + ON_ONE_PAGE],
            number=number,
            more=len(found) > begin + ON_ONE_PAGE,
            bodies=_counts([(each.places[0].body, each.places[0].body_name) for each in told.entries]),
            topics=_counts([(tag.concept_id, tag.label) for each in told.entries for tag in each.tags]),
            address=partial(links.with_query, links.digest(name)),
        )
        answer.headers.update(PRIVATE)
        return answer


def _lists(told: ToldDigest) -> list[tuple[str, str, int]]:
    """What is on its page: where, name and how many lines; those without any are left out."""
    lists = told.lists
    found = [("passages", "New passages", len(told.entries) + len(told.gone))]
    found.append(("overtaken", "Replaced and withdrawn", len(told.overtaken) + told.overtaken_gone))
    if lists:
        found.insert(0, ("ahead", "Ahead", len(lists.ahead) + lists.gone_ahead + lists.more_ahead))
        changes = len(lists.changes) + lists.gone_changes + lists.more_changes
        found.append(("changes", "Other changes", changes))
        found.append(("left-out", "Who left it out", len(lists.left_out)))
        found.append(("not-read", "Not read, or only in part", len(lists.account.not_well)))
    return [each for each in found if each[-1]]


def _is_asked(entry: DigestEntry, asked: dict[str, str]) -> bool:
    return _is_of(entry.places[0].body, {tag.concept_id for tag in entry.tags}, asked)


def _is_of(body: str, topics: AbstractSet[str], asked: dict[str, str]) -> bool:
    return (
        asked["body"] in {"", body}
        and body not in asked["but"].split(",")
        and (not asked["topic"] or asked["topic"] in topics)
    )


def _counts(pairs: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Id, name and how often, most first."""
    names = dict(reversed(pairs))
    return [(key, names[key], count) for key, count in Counter(key for key, _ in pairs).most_common()]
