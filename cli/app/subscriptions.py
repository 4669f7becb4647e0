"""The reader pages' half of the app: signing up, confirming, changing, going."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline import digest, digest_order
from pipeline.areas.left_out import not_told, told_rows
from pipeline.days import LONDON, local_today
from pipeline.errors import ConfigError, DeliveryError, QueryError
from pipeline.matching import query as query_language
from pipeline.matching import query_matching
from pipeline.matching.subject import subject_of
from pipeline.model import MAIL, Cadence, DocumentKind, MessageKind, WatchList
from pipeline.ports import DigestLink, GonePassage, Preview, ToldDigest
from pipeline.text.cells import plain
from pipeline.text.foreign import storable
from storage.subscribers.watch_lists import MAX_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cli.app.context import App
    from pipeline.digest import DigestItem
    from pipeline.evidence.collection import Collections
    from pipeline.model import AreaNote, DigestEntry, Hit, Page, SignUp, Subscriber
    from pipeline.where import BodyPart
    from pipeline.wrong_hits import WrongHit

MAX_NOTE = 500
MANY_A_DAY = 10  # papers with a mention, day by day: more than anyone reads
LARGE_SHARE = 0.2  # of all papers: what is in every fifth paper tells little
LEAST_PAPERS = 25  # below this, a share says nothing

MOST_TOLD = 10_000  # mentions of one digest that its page counts and shows


@dataclass(frozen=True)
class ReaderPages:
    """What `pipeline.ports.Readers` asks for."""

    app: App

    @property
    def collections(self) -> Collections:
        return self.app.archive.collections

    # ---- watch lists

    def preview(
        self, watch: WatchList, find: Callable[[Sequence[Page]], Sequence[Hit]] | None = None
    ) -> Preview:
        """Returns what it would have found. Raises QueryError or ConfigError for one that cannot be kept.

        `find` looks for its concepts now, where the archive was not yet looked through with them.
        """
        watch = self.checked(watch)
        today = local_today()
        rule = query_matching.rule(watch.query) if watch.query else None
        papers = self.app.archive.reports.papers_with(watch, rule, today - timedelta(days=365), find)
        month = sum(day >= today - timedelta(days=30) for day in papers)
        return Preview(
            days_30=month,
            days_365=len(papers),
            too_broad=_too_broad(month, len(papers), self.app.archive.reports.account().papers),
        )

    def checked(self, watch: WatchList) -> WatchList:
        """The list as it can be kept, in one line each. Raises QueryError or ConfigError."""
        watch = _filters_alone(watch)
        if watch.query:
            query_matching.rule(watch.query)
        for concept in watch.concepts:
            if concept not in self.app.concepts:
                raise ConfigError(
                    f"there is no concept {concept!r}; there are: {', '.join(self.app.concepts)}"
                )
        known = self.app.known_bodies() if watch.bodies else set()
        for body in watch.bodies:
            if body not in known:
                raise ConfigError(f"there is no body {body!r}: see `paperwatch sources list`")
        missing = {*watch.parts} - {*self.part_names(watch.parts)}
        for part in missing:
            raise ConfigError(f"there is no {part.kind} {part.what!r} of {part.body!r}")
        if watch.area:
            self._check_area(watch)
        for name, text, most in (("name", watch.name, MAX_NAME), ("note", watch.note, MAX_NOTE)):
            if len(text) > most:
                raise ConfigError(f"the {name} of a watch list has at most {most} characters")
        query, name, note = map(storable, (watch.query, watch.name, watch.note))
        return replace(watch, query=query, name=name, note=note)

    def part_names(self, parts: Collection[BodyPart]) -> Mapping[BodyPart, str]:
        return self.app.archive.reports.part_names(parts)

    def _check_area(self, watch: WatchList) -> None:
        if watch.area not in self.app.areas:
            raise ConfigError(f"there is no area {watch.area!r}; there are: {', '.join(self.app.areas)}")
        if not (watch.concepts or watch.query):
            raise ConfigError("to hear who left it out, choose a topic or search words")
        if watch.query:
            subject_of(watch.query, {})

    # ---- coming

    def sign_up(
        self,
        address: str,
        watch: WatchList,
        *,
        cadence: Cadence = Cadence.WEEKLY,
        zone: str = LONDON.key,
        quiet: bool = False,
    ) -> None:
        from alerts import letters, render
        from alerts.addresses import wire_address

        settings = self.app.config.alerts
        if not settings.base_url:
            raise ConfigError("[web] base_url is not set, so nobody could confirm")
        try:
            address = wire_address(address.strip())
        except ValueError as error:
            raise ConfigError(str(error)) from None
        watch, zone = self.checked(watch), known_zone(zone)
        token, moment = secrets.token_urlsafe(24), datetime.now(UTC)
        key = letters.confirmation_key(token)
        try:
            content = letters.confirmation(
                address,
                self._described(watch),
                token,
                settings,
                sent_at=moment,
                is_known=self.app.archive.readers.of_address(address) is not None,
            )
        except DeliveryError as error:
            raise ConfigError(str(error)) from None
        asked = self.app.archive.readers.ask(
            address,
            watch,
            cadence=cadence,
            zone=zone,
            quiet=quiet,
            token=token,
            message=(MAIL, render.message_id(key, settings), content),
        )
        if asked:
            self.app.deliver(MessageKind.CONFIRMATION)

    def _described(self, watch: WatchList) -> str:
        return described(watch, self.part_names(watch.parts))

    def asked(self, token: str) -> SignUp | None:
        return self.app.archive.readers.asked(token)

    def confirm(self, token: str) -> Subscriber | None:
        from alerts import letters, render

        settings = self.app.config.alerts

        def welcome(reader: Subscriber, watch: WatchList) -> tuple[str, bytes]:
            key = f"confirmed {token}"
            content = letters.welcome(
                reader, self._described(watch), key, settings, sent_at=datetime.now(UTC)
            )
            return render.message_id(key, settings), content

        reader = self.app.archive.readers.confirm(token, MAIL, welcome)
        if reader is None:
            return None
        self.app.deliver(MessageKind.CONFIRMATION)
        return self._with_feeds(reader)

    # ---- one's own page

    def reader(self, token: str) -> Subscriber | None:
        return self.app.archive.readers.of_token(token)

    def mentions(self, token: str, limit: int = 50, skip: int = 0) -> Sequence[DigestEntry]:
        reader = self.reader(token)
        if reader is None:
            return ()
        told = self.app.archive.ledger.told(reader, limit, skip)
        return digest_order.merged(digest.entries(told, reader, self.app.concepts))

    def wrong_hit(self, sha256: str, concept_id: str, wording: str) -> WrongHit | None:
        return self.app.archive.wrong_hits.find(sha256, concept_id, wording)

    def say_wrong(self, sha256: str, concept_id: str, wording: str, address: str) -> WrongHit | None:
        return self.app.archive.wrong_hits.say(sha256, concept_id, wording, address, datetime.now(UTC))

    def take_back_wrong(self, sha256: str, concept_id: str, wording: str, address: str) -> WrongHit | None:
        return self.app.archive.wrong_hits.take_back(sha256, concept_id, wording, address)

    def feed(self, token: str, kind: str) -> bytes | None:
        from cli.app import feed_files

        found = self.app.archive.readers.of_list(token)
        return feed_files.KINDS[kind](self.app, *found, local_today()) if found else None

    def digests(self, token: str, limit: int = 20) -> Sequence[DigestLink]:
        from alerts import identity

        reader = self.reader(token)
        if reader is None:
            return ()
        return [
            DigestLink(
                name=identity.signed(identity.of_message_id(sent.message_id), reader),
                title=sent.title,
                written=sent.written_at.astimezone(ZoneInfo(reader.zone)),
            )
            for sent in self.app.archive.ledger.digests(reader, limit)
        ]

    def digest(self, name: str) -> ToldDigest | None:
        from alerts import identity

        own, _, _ = name.partition(".")
        ledger = self.app.archive.ledger
        found = ledger.digest_of(identity.of_fingerprint(own, self.app.config.alerts))
        reader = self.app.archive.readers.of_id(found.reader) if found else None
        if found is None or reader is None or not identity.is_signed(name, own, reader):
            return None
        told = ledger.told(reader, MOST_TOLD, message=found.id)
        gone = _gone(ledger.noted(found.id), told) if len(told) < MOST_TOLD else ()
        entries = digest.entries(digest.quoting_order(told), reader, self.app.concepts)
        before = ledger.overtaken(reader, found.id)
        of_papers = digest.entries(before, reader, self.app.concepts)
        withdrawn, replaced = (
            [entry for entry in of_papers if entry.concept_id == what]
            for what in (digest.WITHDRAWN, digest.REPLACED)
        )
        return ToldDigest(
            title=found.title,
            written=found.written_at.astimezone(ZoneInfo(reader.zone)),
            entries=tuple(digest_order.newest_first(digest_order.merged(entries))),
            gone=gone,
            overtaken=tuple(digest_order.overtaken(withdrawn, replaced)),
            overtaken_gone=found.overtaken - len(before),
            lists=ledger.lists(found.id),
        )

    def change(self, token: str, *, cadence: Cadence, zone: str, quiet: bool) -> Subscriber | None:
        reader = self.reader(token)
        zone = known_zone(zone)
        if reader is None:
            return None
        return self.app.archive.readers.change(reader.id, cadence=cadence, zone=zone, quiet=quiet)

    def add_watch(self, token: str, watch: WatchList) -> Subscriber | None:
        reader = self.reader(token)
        if reader is None:
            return None
        return self._with_feeds(self.app.archive.readers.add_watch(reader.id, self.checked(watch)), reader)

    def change_watch(self, token: str, watch: WatchList) -> Subscriber | None:
        reader = self.reader(token)
        if reader is None:
            return None
        return self._with_feeds(self.app.archive.readers.change_watch(reader.id, self.checked(watch)), reader)

    def pause_watch(self, token: str, watch_id: int, *, paused: bool) -> Subscriber | None:
        reader = self.reader(token)
        if reader is None:
            return None
        return self._with_feeds(
            self.app.archive.readers.pause_watch(reader.id, watch_id, paused=paused), reader
        )

    def copy_watch(self, token: str, watch_id: int) -> Subscriber | None:
        reader = self.reader(token)
        if reader is None:
            return None
        return self._with_feeds(self.app.archive.readers.copy_watch(reader.id, watch_id), reader)

    def drop_watch(self, token: str, watch_id: int) -> Subscriber | None:
        reader = self.reader(token)
        if reader is None:
            return None
        return self._with_feeds(self.app.archive.readers.drop_watch(reader.id, watch_id), reader)

    def _with_feeds(self, reader: Subscriber, before: Subscriber | None = None) -> Subscriber:
        """The reader, with the feeds of the lists that are not as they were before."""
        from cli.app import feed_files

        feed_files.renew(self.app, reader, before.watch_lists if before else ())
        return reader

    def resume(self, token: str) -> Subscriber | None:
        reader = self.reader(token)
        return self.app.archive.readers.resume(reader.id) if reader else None

    # ---- going

    def can_stop(self, stop_token: str) -> bool:
        return self.app.archive.readers.of_stop_token(stop_token) is not None

    def unsubscribe(self, stop_token: str) -> bool:
        reader = self.app.archive.readers.of_stop_token(stop_token)
        if reader is not None:
            self.app.archive.readers.stop(reader.id)
        return reader is not None

    def remove(self, token: str) -> bool:
        reader = self.reader(token)
        if reader is not None:
            self.forget(reader.address)
        return reader is not None

    def forget(self, address: str) -> None:
        """Remove an address with everything held on it, files too. Raises ConfigError for an unknown one."""
        from alerts.channels import outbox_folder
        from cli.app import feed_files

        readers = self.app.archive.readers
        reader = readers.of_address(address)
        # The files first: killed between, the rows still say which there were.
        outbox_folder.forget(self.app.data, readers.message_ids(address))
        feed_files.forget(self.app.data, reader.watch_lists if reader else ())
        readers.remove(address)

    def export(self, token: str) -> dict[str, Any] | None:
        reader = self.reader(token)
        return plain(self.app.archive.readers.export(reader.address)) if reader else None

    def purge(self) -> None:
        """Forget who asked and never confirmed."""
        from alerts.channels import outbox_folder

        gone = self.app.archive.readers.purge(datetime.now(UTC))
        outbox_folder.forget(self.app.data, gone)


def _gone(noted: Sequence[tuple[str, str, str]], told: Sequence[DigestItem]) -> tuple[GonePassage, ...]:
    """The passages of which no place is left, each once with all its topics."""
    held = {item.passage for item in told}
    left: dict[str, tuple[str, set[str]]] = {}
    for passage, topic, body in noted:
        if passage not in held:
            left.setdefault(passage, (body, set()))[1].add(topic)
    return tuple(GonePassage(body=body, topics=frozenset(topics)) for body, topics in left.values())


def _filters_alone(watch: WatchList) -> WatchList:
    """A query without words, such as `body:vale`, as what a list says of its bodies, kinds and topics.

    What names no part of a list (days, kinds of body) stays a query. Raises QueryError.
    """
    query = query_language.parse(watch.query) if watch.query else None
    if query is None or query.expression or query.after or query.before:
        return watch
    if query.kind and query.kind not in set(DocumentKind):
        return watch
    bodies, concepts = {*watch.bodies, query.body} - {""}, {*watch.concepts, query.concept} - {""}
    kinds = {*watch.kinds, *([DocumentKind(query.kind)] if query.kind else [])}
    return replace(
        watch,
        query="",
        bodies=tuple(sorted(bodies)),
        concepts=tuple(sorted(concepts)),
        kinds=tuple(sorted(kinds)),
    )


def list_as_json(watch: WatchList) -> dict[str, Any]:
    """A list for people and programs, without the secret name of its feed."""
    held = {name: value for name, value in asdict(watch).items() if name != "token"}
    return held | {"parts": [str(part) for part in watch.parts]}


def left_out_of(app: App, watch: WatchList, month: str) -> list[AreaNote]:
    """Who in a list's area left each of its subjects out in a month."""
    labels = {concept.id: concept.label for concept in app.concepts.values()}
    found: list[AreaNote] = []
    for topic in (*watch.concepts, *filter(None, [watch.query])):
        if topic in watch.concepts and topic not in labels:
            found.append(not_told(topic, watch.area, month, "this topic is no longer looked for"))
            continue
        try:
            subject, concept, query = subject_of(topic, labels if topic in watch.concepts else {})
            answer = app.archive.reports.left_out(
                watch.area, month, subject=subject, concept=concept, query=query
            )
        except ConfigError:
            found.append(not_told(topic, watch.area, month, "its area is no longer in our list"))
        except QueryError as error:
            found.append(not_told(topic, watch.area, month, str(error)))
        else:
            found.append(told_rows(answer))
    return found


def check_mail_address(address: str) -> None:
    """Raises ConfigError, in words, for an address that no mail can be sent to."""
    from alerts.addresses import wire_address

    try:
        wire_address(address)
    except ValueError as error:
        raise ConfigError(f"{address!r} is not a valid e-mail address: {error}") from error


def described(watch: WatchList, part_names: Mapping[BodyPart, str] = MappingProxyType({})) -> str:
    """What a list asks for, in a few words."""
    what = [*watch.concepts, *([f"the search {watch.query}"] if watch.query else [])]
    of = [*watch.bodies, *(part_names.get(part, str(part)) for part in watch.parts)]
    where = f" in the papers of {', '.join(of)}" if of else ""
    return (", ".join(what) or "everything it watches for") + where


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"there is no time zone {name!r}: write it like Europe/London") from None
    return name


def _too_broad(month: int, year: int, papers: int) -> str:
    if month > 30 * MANY_A_DAY:
        return f"That is {month / 30:.0f} papers a day: more than anyone reads. Make it narrower."
    if papers >= LEAST_PAPERS and year > papers * LARGE_SHARE:
        return f"It is in {year:,} of {papers:,} papers: too many to tell anything. Make it narrower."
    return ""
