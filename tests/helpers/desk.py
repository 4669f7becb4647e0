"""The second half of the house at a desk: papers are laid down, flagged, told of and sent, by any clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from alerts import render
from alerts.channels.table import open_channel
from alerts.config import AlertConfig
from alerts.smaller import smaller
from pipeline.changes import TOLD
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.model import Cadence, Subscriber
from pipeline.stages import Surroundings, deliver, flag, tell_readers
from storage.archive import open_archive
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Digest, Message

MOMENT = datetime(2046, 11, 16, 7, tzinfo=UTC)  # later than the real clock, by which messages are queued
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def concept(concept_id: str = "savings", *wordings: str) -> Concept:
    texts = wordings or (concept_id,)
    return Concept(
        id=concept_id,
        label=concept_id,
        about="",
        wordings=tuple(Wording(text=text) for text in texts),
        match=(),
        no_match=(),
    )


class Desk:
    def __init__(self, folder: Path, settings: AlertConfig | None = None, *concepts: Concept) -> None:
        self.folder = folder
        self.archive = open_archive(folder)
        self.settings = settings or AlertConfig(sender="watch@paperwatch.example")
        self.composed: dict[str, Digest] = {}  # by Message-ID, whether it was queued or not
        self.unwritten: list[
            tuple[Subscriber, str]
        ] = []  # readers for whom no digest could be written, and why
        self.watch_for(*(concepts or (concept(),)))

    def watch_for(self, *concepts: Concept) -> None:
        self.concepts = {each.id: each for each in concepts}
        self.watcher = ConceptMatcher(concepts)

    def reader(self, address: str = "r@example.org", **other: object) -> Subscriber:
        facts = {"channel": "mail", "cadence": Cadence.IMMEDIATE, "confirmed_at": MOMENT - DAY}
        return self.archive.readers.subscribe(address, **{**facts, **other})

    def lay(self, key: str, *pages: str, **other: object) -> str:
        """A paper comes in and is read."""
        texts = pages or (f"The savings of paper {key} are many and unlike those of others, {key} says.",)
        return keep(self.archive, texts, key=key, content=f"{key} {texts}".encode(), **other)

    def flag(self) -> None:
        flag(self.archive.texts, self.archive.mentions, self.watcher)

    def tell(self, moment: datetime = MOMENT) -> list[Digest]:
        self.archive.firsts.update()

        def rendered(digest: Digest) -> tuple[str, bytes]:
            message_id = render.message_id(digest.key, self.settings)
            self.composed[message_id] = digest
            return message_id, render.render(digest, self.settings, sent_at=moment)

        return tell_readers(
            self.archive.ledger,
            self.archive.readers.subscribers(),
            Surroundings(
                concepts=self.concepts,
                account=self.archive.reports.account,
                ahead=lambda *_: (),
                changes=lambda where, began: self.archive.reports.changes(
                    where=where, kinds=TOLD, came=began
                ),
                left_out=lambda *_: (),
                failed=lambda *who: self.unwritten.append(who),
            ),
            rendered,
            moment,
        )

    def send(self, moment: datetime = MOMENT) -> tuple[list[Message], list[tuple[Message, str]]]:
        with open_channel(self.settings.channel, self.settings, self.folder) as channel:
            return deliver(self.archive.ledger, lambda _: channel, moment, smaller=smaller)

    def round(self, moment: datetime = MOMENT) -> list[Digest]:
        """Flag, tell and send."""
        self.flag()
        told = self.tell(moment)
        self.send(moment)
        return told

    def outbox(self) -> dict[str, int]:
        return self.archive.reports.totals().outbox


def papers_in(digest: Digest) -> list[str]:
    return sorted({place.title for entry in digest.entries for place in entry.places})


def papers_of(content: bytes) -> set[str]:
    """The keys of the papers that a letter speaks of."""
    text = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
    return {line.split()[1] for line in text.splitlines() if line.startswith("Paper ")}
