"""The golden digests: those kept as data in tests/digests, and large ones that are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alerts.config import AlertConfig
from pipeline.changes import ChangeKind, ChangeRow, Thing
from pipeline.digest_order import merged
from pipeline.model import (
    Account,
    Ahead,
    Cadence,
    Digest,
    DigestEntry,
    DocumentKind,
    First,
    HitPlace,
    Meeting,
    MeetingStatus,
    SourceHealth,
    SourceState,
    Subscriber,
    WatchList,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DIGESTS = Path(__file__).parent.parent / "digests"
TODAY = date(2026, 11, 22)
SENT_AT = datetime(2026, 11, 23, 6, 2, 11, tzinfo=UTC)
SERVED = AlertConfig(
    sender="paperwatch@watch.example.org",
    base_url="https://watch.example.org",
    contact="help@watch.example.org",
    unsubscribe_address="stop@watch.example.org",
)
TOPICS = (
    ("population-payment", "population payment", "whole population payment"),
    ("lead-provider", "lead provider", "lead provider"),
    ("subsidiary-company", "subsidiary company", "wholly owned subsidiary"),
    ("neighbourhood", "neighbourhood health", "neighbourhood health centre"),
)
BODIES = (
    "NHS Northmoor and Vale Integrated Care Board", "Vale County Council",
    "Ashby Metropolitan Borough Council",
    "Harbour NHS Foundation Trust", "Eastfold Borough Council", "NHS Westmarch Integrated Care Board",
    "Marlshire County Council", "Ellenby City Council", "Wold District Council", "Coastal Health Partnership",
)  # fmt: skip
_SENTENCES = (
    "The Committee is asked to note that a {} is proposed from 2027; the business case comes in January.",
    "Officers were asked how the {} would be scrutinised, and who would answer for it in public.",
    "Subject to approval, the {} begins in shadow form on 1 October 2027.",
)


class Case(msgspec.Struct, forbid_unknown_fields=True):
    settings: AlertConfig
    sent_at: datetime
    digest: Digest


def subscriber(**changes: object) -> Subscriber:
    values = {
        "id": 7, "address": "reader@example.org", "channel": "folder", "cadence": Cadence.WEEKLY,
        "watch_lists": (WatchList(name="Contracts", note="What we wrote to the board about."),),
        "confirmed_at": datetime(2026, 9, 1, 8, tzinfo=UTC), "token": "tok-7f3a", "stop_token": "stop-91c2",
    }  # fmt: skip
    return Subscriber(**values | changes)


def place(number: int, body: int, **changes: object) -> HitPlace:
    values = {
        "hit_id": number, "body": f"body-{body}", "body_name": BODIES[body % len(BODIES)],
        "committee": ("Cabinet", "Board", "Health Scrutiny Committee")[number % 3],
        "meeting_date": TODAY + timedelta(days=number % 40 - 25), "document": number,
        "title": f"Report {number}: the next contract", "kind": DocumentKind.REPORT,
        "url": f"https://papers.example.net/{number}.pdf", "page": 1 + number % 60, "pages": 60,
        "sha256": f"{number:064x}"[::-1], "captured_at": datetime(2026, 11, 21, 5, 12, tzinfo=UTC),
        "published_on": TODAY - timedelta(days=3 + number % 9), "meeting": 1 + number % 3,
    }  # fmt: skip
    return HitPlace(**values | changes)


def entry(number: int, body: int = 0, topic: int = 0, **changes: object) -> DigestEntry:
    concept, label, wording = TOPICS[topic]
    before, _, after = _SENTENCES[number % 3].partition("{}")
    snippet = f"{before}{wording}{after}"
    values = {
        "concept_id": concept, "concept_label": label, "wording": wording, "snippet": snippet,
        "marks": ((len(before), len(before) + len(wording)),), "places": (place(number, body),),
        "watch": "Contracts", "note": "What we wrote to the board about.",
    }  # fmt: skip
    return DigestEntry(**values | changes)


ACCOUNT = Account(
    since=datetime(2026, 11, 16, 6, tzinfo=UTC), followed=43, read=43, sources=51, came_papers=118,
    came_pages=3_044, bodies=43, papers=1_204, pages=31_877,
)  # fmt: skip


def missed(number: int, state: SourceState = SourceState.UNREACHABLE) -> tuple[SourceHealth, ...]:
    return tuple(
        SourceHealth(
            id=f"s{n}", name=BODIES[n % len(BODIES)], kind="council", state=state,
            reason="The site did not answer within a minute.", last_run=None,
            last_success=datetime(2026, 11, 2, 5, tzinfo=UTC) if n % 2 else None,
        )
        for n in range(number)
    )  # fmt: skip


def change(number: int, kind: ChangeKind, what: Thing = Thing.PAPER, **changes: object) -> ChangeRow:
    values = {
        "id": number, "day": TODAY, "at": SENT_AT, "kind": kind, "what": what, "source": "s", "body": "vale",
        "body_name": BODIES[1], "committee": "Health Scrutiny Committee", "meeting": number,
        "meeting_date": date(2026, 11, 26), "document": number if what is Thing.PAPER else None,
        "title": "Winter plan" if what is Thing.PAPER else "Health Scrutiny Committee",
        "url": f"https://papers.example.net/meeting/{number}", "was": "2026-11-24 10:00",
        "now": "3" if kind is ChangeKind.LATE else "2026-11-26 10:00",
    }  # fmt: skip
    return ChangeRow(**values | changes)


def ahead(number: int, days: int, **changes: object) -> Ahead:
    meeting = Meeting(
        source_id="s", key=f"m{number}", body_name="Cabinet", title="Cabinet",
        starts_on=TODAY + timedelta(days=days), url=f"https://papers.example.net/meeting/{number}",
    )  # fmt: skip
    values = {"body_name": BODIES[number % len(BODIES)], "meeting": meeting, "id": number}
    return Ahead(**values | changes)


def digest(*entries: DigestEntry, **changes: object) -> Digest:
    values = {
        "subscriber": subscriber(), "key": "golden", "since": date(2026, 11, 16), "until": TODAY,
        "entries": tuple(merged(entries)), "more": 0, "account": ACCOUNT,
    }  # fmt: skip
    return Digest(**values | changes)


def _quiet_with_meetings() -> Digest:
    closing = Meeting(
        source_id="s", key="closes/1", body_name="", title="Consultation closes: The Cottage Hospital",
        starts_on=TODAY + timedelta(days=9), url="https://papers.example.net/consultation",
    )  # fmt: skip
    off = ahead(3, 5)
    return digest(
        subscriber=subscriber(watch_lists=(WatchList(name="Vale", bodies=("vale", "harbour")),)),
        ahead=(
            ahead(1, 4, mentions=3),
            replace(off, meeting=replace(off.meeting, status=MeetingStatus.CANCELLED)),
            Ahead(body_name=BODIES[1], meeting=closing, document=12),
            *(ahead(n, n + 6) for n in range(4, 12)),
        ),
        changes=(
            change(1, ChangeKind.CANCELLED, Thing.MEETING),
            change(2, ChangeKind.LATE, Thing.MEETING),
            change(4, ChangeKind.REPLACED),
        ),
        account=replace(ACCOUNT, read=41, missed=missed(2)),
    )


def _one_paper() -> Digest:
    """One pack says it nine hundred times."""
    pack = {
        "title": "Board papers",
        "kind": DocumentKind.PACK,
        "pages": 900,
        "document": 5,
        "sha256": "5a" * 32,
    }
    return digest(
        *(
            entry(
                n,
                topic=0 if n % 9 else 1,
                snippet=f"{n}. {_SENTENCES[n % 3].format(TOPICS[0][2])}",
                marks=(),
                places=(place(1, 0, **pack, page=n + 1),),
            )
            for n in range(900)
        )
    )


def _week(number: int, bodies: int) -> Digest:
    """Mentions by many bodies, of which one is rare, one a first, and some have several topics."""
    names = ("Dudley", "Contracts")
    entries = [entry(n, n % bodies, min(n % 7, 2), watch=names[n % 2], note="") for n in range(number)]
    first = (First(body_name=BODIES[3], anywhere=True),)
    rare = entry(
        number + 1, 3, 3, firsts=first, places=(place(number + 1, 3, meeting_date=date(2026, 12, 3)),)
    )
    twice = entry(number + 2, 4, 0), entry(number + 2, 4, 1, snippet=entry(number + 2, 4, 0).snippet)
    lists = WatchList(name="Contracts", note="What we wrote to the board about."), WatchList(name="Dudley")
    return digest(
        *entries, rare, *twice,
        subscriber=subscriber(watch_lists=lists),
        ahead=tuple(ahead(n, n + 1, mentions=n % 4) for n in range(30)),
        changes=tuple(change(n, ChangeKind.WITHDRAWN) for n in range(12)),
        account=replace(ACCOUNT, read=38, missed=missed(5), unreadable=16, unreadable_pages=204),
    )  # fmt: skip


def _many_readers_lists() -> Digest:
    names = ("Contracts", "Dudley", "Beds and closures", "A search for a firm", "Everything else")
    return digest(
        *(entry(n, n % 4, n % 4, watch=name, note=f"Note {n}." * (n % 2)) for n, name in enumerate(names)),
        entry(9, 1, 0, said_again=True, places=tuple(place(9 + n, 1 + n) for n in range(6))),
        subscriber=subscriber(watch_lists=tuple(WatchList(name=name) for name in names)),
    )


def _unserved() -> tuple[Digest, AlertConfig]:
    """Without a web of its own: nothing to lead to, so everything stands in the message."""
    return _week(9, 4), AlertConfig(sender="paperwatch@watch.example.org")


def _blind() -> Digest:
    account = Account(since=ACCOUNT.since, followed=419, sources=419, missed=missed(419))
    return digest(account=account, concern="no run has read anything since 2 November 2026")


_MADE: dict[str, Callable[[], Digest | tuple[Digest, AlertConfig]]] = {
    "blind": _blind,
    "many-lists": _many_readers_lists,
    "meetings-alone": _quiet_with_meetings,
    "one-paper-900": _one_paper,
    "two-thousand": lambda: _week(2_000, 10),
    "unserved": _unserved,
    "week-of-166": lambda: _week(163, 7),
}
KEPT = sorted(path.parent.name for path in DIGESTS.glob("*/case.json"))
CASES = sorted([*KEPT, *_MADE])


def load(name: str) -> Case:
    """The digest, by whom it is sent, and when."""
    if name in _MADE:
        made = _MADE[name]()
        told, settings = made if isinstance(made, tuple) else (made, SERVED)
        return Case(settings=settings, sent_at=SENT_AT, digest=replace(told, key=name))
    return msgspec.json.decode((DIGESTS / name / "case.json").read_bytes(), type=Case)
