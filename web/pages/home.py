"""The home page: what is new, and what is coming soon."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pipeline.days import LONDON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.views import MentionRow
    from web.site import Site

NEWEST = 6  # papers with a mention
MENTIONS = 60  # among which they are looked for: a pack may hold very many
BEFORE = 3  # older mentions, where nothing is new
NEW = timedelta(days=7)  # what is new this week
SOON = 6  # days ahead, of the next weeks
SOON_DAYS = timedelta(days=28)

EXAMPLES = (
    ('"whole population payment"', "these words together, in this order"),
    ("capitated NEAR/8 budget", "both words, at most eight words apart"),
    ("privatis*", "every word that begins so"),
    ('"integrated care" NOT pathway', "the phrase, on pages that do not say pathway"),
)


class Home:
    def __init__(self, site: Site) -> None:
        self._site = site

    def home(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        site, shelf, today = self._site, self._site.shelf, self._site.today()
        since = datetime.combine(today - NEW, time(), LONDON)
        ahead = site.ahead(until=today + SOON_DAYS)
        newest = _by_paper(shelf.mentions(limit=MENTIONS, since=since))
        return site.page(
            "home.html",
            account=shelf.account(),
            stale=site.stale(),
            since=since.date(),
            newest=newest,
            before=() if newest else _by_paper(shelf.mentions(limit=MENTIONS))[:BEFORE],
            ahead=ahead[:SOON],
            more_ahead=max(0, len(ahead) - SOON),
            examples=EXAMPLES,
            suggestions=site.families.suggestions,
            names=shelf.bodies(),
            concepts=shelf.concepts(),
            can_watch=site.can_watch,
        )


def _by_paper(mentions: Sequence[MentionRow]) -> list[MentionRow]:
    """One mention of a paper, the newest papers first."""
    once: dict[int, MentionRow] = {}
    for mention in mentions:
        once.setdefault(mention.at.document, mention)
    return list(once.values())[:NEWEST]
