"""Putting the parts together: what each command needs, from a data folder."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from cli.terminal import note
from pipeline import stages
from pipeline.archive_log import checkpoint
from pipeline.changes import TOLD
from pipeline.days import LONDON, local_day
from pipeline.digest import faults_of
from pipeline.errors import ConfigError, DamagedFileError, ExtractionError, StorageError
from pipeline.health.machine import stale
from pipeline.matching import concepts as concept_files
from pipeline.model import MAIL, Cadence, FailureReason, Message
from pipeline.ports import Work

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from mcp.server.lowlevel import Server

    from cli.app.config import Config
    from cli.app.subscriptions import ReaderPages
    from extractors.cluster.reader import ClusterReader
    from extractors.isolation.sandbox import Sandbox
    from pipeline.health.machine import Machine
    from pipeline.health.shards import Shard
    from pipeline.matching.concept_matching import ConceptMatcher
    from pipeline.matching.concepts import Concept
    from pipeline.model import Body, Digest, Hit, MessageKind, Page, Source
    from pipeline.ports import Channel, PutRight, SourceReport
    from storage.archive import Archive
    from storage.blobs.ports import Store
    from storage.engines.ports import ArchiveLeases
    from storage.writers.crawl_log import CrawlLog

SHIPPED_CONCEPTS = concept_files.SHIPPED
SHOULD, SHOULD_NOT = "should be flagged and is not", "should not be flagged and is"
MACHINE_SECONDS = 5.0  # that a web page may be behind in what it says of the machine
AHEAD = timedelta(days=21)  # how far a digest looks ahead


@dataclass(frozen=True)
class App:
    """One data folder with everything that belongs to it, each part made when it is first asked for."""

    data: Path
    makes_archive: bool = False  # what fills one makes it; everything else wants one that is there

    @cached_property
    def config(self) -> Config:
        from cli.app import config

        return config.load(self.data, os.environ)

    @cached_property
    def archive(self) -> Archive:
        """Raises ConfigError if there is no archive: a mistyped folder must not seem an empty archive."""
        from storage.archive import open_archive

        self._find_archive()
        return open_archive(self.data, self.config.storage)

    @property
    def has_archive(self) -> bool:
        from storage.archive import is_there

        return is_there(self.data, self.config.storage)

    @cached_property
    def sources(self) -> dict[str, Source]:
        from crawler.lines import bodies, registry

        return bodies.with_ends(registry.load(self.data), self.bodies)

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """Bodies with a past or a future beyond their source line."""
        from crawler.lines import bodies

        return bodies.load(self.data)

    @cached_property
    def areas(self) -> dict[str, tuple[str, ...]]:
        """The bodies of each board's area, by the board's id."""
        from crawler.lines import areas

        return areas.load(self.data, {source.body_id for source in self.sources.values()} | {*self.bodies})

    @cached_property
    def switched_off(self) -> frozenset[str]:
        """Ids of the lines that the settings leave out."""
        from crawler.lines import choice

        return choice.switched_off(self.config.sources, self.sources, self.areas)

    @cached_property
    def concepts(self) -> dict[str, Concept]:
        return concept_files.load([SHIPPED_CONCEPTS, self.data / "concepts"])

    @cached_property
    def watcher(self) -> ConceptMatcher:
        """Every concept, compiled. Raises ConfigError for an own concept that its own examples contradict."""
        from pipeline.matching.concept_matching import compiled

        watcher = compiled(tuple(self.concepts.values()))
        wrong = [
            f"{path}: examples: {sentence!r} {SHOULD if due else SHOULD_NOT}"
            for path in sorted((self.data / "concepts").glob("*.toml"))
            for due, sentence in watcher.wrong_examples(path.stem)
        ]
        if wrong:
            raise ConfigError("\n".join(wrong))
        return watcher

    def validate_files(self) -> None:
        """Read every file that a person may have written. Raises ConfigError before any work is begun."""
        if wrong := self.wrong_files():
            raise ConfigError("\n".join(wrong))
        self._find_archive()
        for warning in self.unknown_variables():
            note(warning)

    def wrong_files(self) -> list[str]:
        """What is wrong with the files that a person may have written."""
        # Areas need the lines, and fail with their words.
        return list(dict.fromkeys(self.wrong_parts().values()))

    def wrong_parts(self) -> dict[str, str]:
        """What is wrong with them, by the part of this that is made of them."""
        wrong: dict[str, str] = {}
        # Compiling takes longer than all the rest: what ships needs no trying, and a crawl no concepts.
        examples = ("watcher",) if any((self.data / "concepts").glob("*.toml")) else ()
        for part in ("config", "sources", "bodies", "areas", "switched_off", *examples):
            try:
                getattr(self, part)
            except ConfigError as error:
                wrong[part] = str(error)
        return wrong

    def unknown_variables(self) -> list[str]:
        from cli.app import config

        return config.unknown_variables(self.config, os.environ)

    def check_channel(self) -> None:
        """Raises ConfigError where no message could be sent: a password that is not there, above all."""
        with self._channels() as channel:
            channel(MAIL)
        if (bounces := self.config.alerts.bounces) and bounces.host:
            bounces.password(os.environ)

    def _find_archive(self) -> None:
        if not (self.makes_archive or self.has_archive):
            from storage.archive import place_of

            place = place_of(self.data, self.config.storage)
            raise ConfigError(
                f"there is no archive in {place or self.data}: "
                + ("correct [storage] url" if place else "name its folder with --data or PAPERWATCH_DATA")
                + ", or set up a new one with `paperwatch init`"
            )

    # ---- the stages

    def crawl(
        self,
        sources: Sequence[Source],
        today: date,
        progress: stages.Progress,
        ended: Callable[[SourceReport], None],
        shard: Shard | None = None,
        others: Sequence[Source] = (),
    ) -> None:
        """Fetch what is listed and new; `ended` is told of each source as it ends.

        `others` are in other shards than this one, and for other crawls to ask. A source that another
        machine's crawl is reading is left to it.
        """
        from cli.app.lock import named
        from crawler.run import crawl

        archive = self.archive
        archive.blobs.sweep()
        self.keep_registry()
        archive.catalogue.keep_switched_off(self.switched_off)
        done, came = count(1), 0

        def tell(report: SourceReport) -> None:
            nonlocal came
            number, came = next(done), came + report.bytes
            so_far, in_all = (f"{size / 1e6:,.0f} MB" for size in (came, came / number * len(sources)))
            progress("Crawling", number, len(sources), f"{so_far} of about {in_all}, {report.source_id}")
            ended(report)

        progress("Crawling", 0, len(sources), "")
        with archive.leases(named()) as leases:
            archive.catalogue.keep_sources(others)
            crawl(
                sources,
                today=today,
                catalogue=archive.catalogue.of_shard(str(shard or ""), leases),
                blobs=archive.blobs,
                config=self.config.crawl,
                progress=tell,
                flags=self.flags,
                leases=leases,
                others=others,
            )

    def keep_registry(self) -> None:
        """Note in the archive the bodies and areas that this program knows: pages and reports name them."""
        from crawler.lines import bodies

        catalogue = self.archive.catalogue
        catalogue.keep_bodies(bodies.with_members(self.bodies, self.sources.values(), self.areas))
        catalogue.keep_areas(self.areas)

    def flags(self, page: bytes) -> bool:
        """Whether the concepts find something in a page: a day's notices are too many to keep them all."""
        from extractors import hidden
        from extractors.html import to_text

        return bool(self.watcher.mentions(hidden.shown(to_text(page.decode(errors="replace")))))

    def extract(self, progress: stages.Progress) -> Iterator[stages.Extracted]:
        """Read what is to be read, in two passes; it is flagged as it is kept. Yields what each pass read.

        First of all papers what can be read without OCR, so that what their own text says is found
        at once; then pictures of words, newest meetings first, and again what failed before.
        """
        look = stages.looking(self.archive.mentions, self.watcher, progress)
        with self._reader() as reader:
            done = stages.extract(self.archive.texts, reader.at_first(), look, progress, again=False)
            waiting = reader.reads_pictures and FailureReason.NEEDS_OCR
            yield replace(done, failed=tuple(each for each in done.failed if each[1].reason != waiting))
            yield stages.extract(self.archive.texts, reader, look, progress)

    @property
    def pictures_read(self) -> Path:
        """The folder of what OCR read in pictures."""
        return self.data / "pictures-read"

    def _reader(self) -> Sandbox | ClusterReader:
        """Returns what reads papers: this machine, or the cluster that the settings name."""
        if self.config.extract.cluster:
            from extractors.cluster.reader import ClusterReader

            return ClusterReader(self.config.extract, self.data / "reading", note)
        from extractors.isolation.sandbox import Sandbox

        return Sandbox(self.config.extract, self.data / "reading", self.pictures_read)

    def tables(self, sha256: str, page: int) -> list[list[list[str]]]:
        """The tables of a page of a PDF. Raises ConfigError where the file has none to read."""
        from extractors.isolation.sandbox import Sandbox

        with Sandbox(self.config.extract, self.data / "reading") as reader:
            try:
                with self.archive.blobs.opened(sha256) as path:
                    return reader.tables(path, page)
            except (ExtractionError, DamagedFileError, FileNotFoundError) as error:
                raise ConfigError(f"no tables can be read: {error}") from error

    def flag(self, progress: stages.Progress) -> Counter[str]:
        return stages.flag(self.archive.texts, self.archive.mentions, self.watcher, progress)

    def not_flagged(self) -> int:
        """How many papers were read, and not yet looked through with the concepts as they are now."""
        from pipeline.matching.concept_matching import ENGINE

        rules = concept_files.rules_hash(self.concepts.values(), ENGINE)
        return self.archive.mentions.papers_pending(rules)

    def finder(self, concepts: Sequence[str]) -> Callable[[Sequence[Page]], list[Hit]]:
        """Returns what finds these concepts on pages as they are now; without any, all concepts."""
        from pipeline.matching.concept_matching import ConceptMatcher

        if not concepts:
            return self.watcher.hits
        return ConceptMatcher([self.concepts[concept] for concept in concepts]).hits

    def sign_log(self) -> str:
        """Sign what the archive's log holds now; returns why it could not be done, "" where it was."""
        try:
            self.archive.log.sign()
        except StorageError as error:
            return str(error)
        return ""

    def tell(self, moment: datetime) -> list[Digest]:
        """Queue the digests that are due at this moment, and what the operator should know."""
        from alerts import render
        from cli.app import feed_files, new_names_notice, operator_notices
        from cli.app.subscriptions import left_out_of

        archive, settings = self.archive, self.config.alerts
        today = local_day(moment)
        failed: list[tuple[int, str]] = []

        def rendered(digest: Digest) -> tuple[str, bytes]:
            return render.message_id(digest.key, settings), render.render(digest, settings, sent_at=moment)

        surroundings = stages.Surroundings(
            concepts=self.concepts,
            account=archive.reports.account,
            ahead=lambda where, topics: archive.reports.ahead(today, today + AHEAD, where, topics),
            changes=lambda where, began: archive.reports.changes(where=where, kinds=TOLD, came=began),
            left_out=lambda watch, month: left_out_of(self, watch, month),
            concern=lambda: stale(self.machine(with_alerts=False)),
            failed=lambda reader, why: failed.append((reader.id, why)),
            log=checkpoint.line(archive.log.head()),
        )
        self.readers.purge()
        archive.firsts.update()
        digests = stages.tell_readers(
            archive.ledger, archive.readers.subscribers(), surroundings, rendered, moment
        )
        operator_notices.tell(self, moment, operator_notices.unwritten(failed))
        new_names_notice.tell_new_names(self, moment)
        feed_files.write(self, today)
        return digests

    def serve(self, host: str, port: int, ready: Callable[[str], None]) -> None:
        """Serve the archive until SIGINT or SIGTERM; `ready` is told the address once it answers."""
        from cli.app.page_pictures import PagePictures
        from cli.app.web_server import serve, until_stopped
        from extractors.isolation.sandbox import Sandbox
        from pipeline.matching.families import Families
        from storage.public_archive import PublicArchive
        from storage.ttl_cache import Memory

        machine = Memory(MACHINE_SECONDS)
        labels = {concept.id: concept.label for concept in self.concepts.values()}
        # Without an address of its own the archive could ask nobody to confirm.
        readers = self.readers if self.config.alerts.base_url else None
        with (
            until_stopped(),
            Sandbox(self.config.extract, self.data / "reading") as sandbox,
        ):
            serve(
                PublicArchive(self.archive, labels),
                self.config.web,
                host,
                port,
                ready,
                pictures=PagePictures(sandbox),
                cache=self.data / "pictures",
                readers=readers,
                machine=lambda: machine.recall("machine", self.machine),
                families=Families(self.concepts.values()),
            )

    def tools(self, version: str) -> Server[Any]:
        """Returns the archive as tools for a language model. Raises ConfigError without the extra."""
        try:
            from cli.app import mcp_server
        except ImportError as error:
            raise ConfigError("This needs the extra: pip install 'paperwatch[mcp]'") from error
        from storage.public_archive import PublicArchive
        from web.app import create_app

        labels = {concept.id: concept.label for concept in self.concepts.values()}
        site = create_app(PublicArchive(self.archive, labels), self.config.web, machine=self.machine)
        return mcp_server.server(site, self.config.web, version)

    def machine(self, *, with_alerts: bool = True) -> Machine:
        """How the machine itself is now. What is wrong with alerts takes the concepts, and so memory."""
        from shutil import disk_usage

        from cli.app import lock

        try:
            free = disk_usage(self.data).free
        except OSError:
            free = None
        machine = self.archive.reports.machine(
            datetime.now(UTC),
            timedelta(hours=self.config.operations.run_every_hours),
            running=lock.holder_of(self),
            free=free,
            most_missed=self.config.alerts.unread_share,
        )
        return replace(machine, broken_alerts=self._broken_alerts()) if with_alerts else machine

    def _broken_alerts(self) -> int:
        """None can be told apart while a concept cannot be read, which is a problem of its own."""
        lists = [watch for reader in self.archive.readers.subscribers() for watch in reader.active]
        try:
            return sum(bool(faults_of([watch], self.concepts)) for watch in lists)
        except ConfigError:
            return 0

    def look_for_names(self, today: date) -> None:
        """Look for names that are new, where the last look is a week old."""
        if self.archive.new_names.is_due(today):
            self.archive.new_names.look(today, list(self.concepts.values()))

    def note_memory(self) -> None:
        """Note the most memory that this process, or a child of it, has held."""
        import resource

        from storage.reports.machine import MEMORY

        kilobytes = max(
            resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        self.archive.upkeep.mark(MEMORY, kilobytes * 1024)

    def send_test(self, address: str) -> None:
        """Send a message that says that messages arrive. Raises ConfigError or DeliveryError."""
        from alerts import letters, render

        moment = datetime.now(UTC)
        key, settings = f"test {moment.isoformat()}", self.config.alerts
        content = letters.notice(
            address,
            ["Digests will come to this address."],
            key,
            settings,
            sent_at=moment,
            subject="A test from Paperwatch",
            opening="The mail server took this message, so it takes digests too.",
        )
        message = Message(
            id=0, message_id=render.message_id(key, settings), channel=MAIL, address=address, content=content
        )
        with self._channels() as channel:
            channel(MAIL).send(message)

    def put_right(self, moment: datetime) -> PutRight:
        """Disbelieve what a clock that was ahead has put off."""
        return self.archive.ledger.put_right(moment)

    def deliver(self, kind: MessageKind | None = None) -> tuple[list[Message], list[tuple[Message, str]]]:
        """Send what is due, or only what is due of one kind."""
        from alerts.smaller import smaller

        with self._channels() as channel:
            return stages.deliver(self.archive.ledger, channel, datetime.now(UTC), kind, smaller=smaller)

    @property
    def mail(self) -> str:
        """The channel of whoever has an e-mail address."""
        return MAIL

    @cached_property
    def readers(self) -> ReaderPages:
        from cli.app.subscriptions import ReaderPages

        return ReaderPages(self)

    def has_ended(self, body: str) -> bool:
        """Whether the body's last day, by law, is over."""
        known = self.bodies.get(body)
        return known is not None and known.until is not None and known.until < local_day(datetime.now(UTC))

    def archive_bodies(self) -> set[str]:
        """The bodies of every source that the archive knows, those added by hand too."""
        reports = self.archive.reports
        return {row.id for row in reports.health()} | set(reports.bodies_of_sources())

    def known_bodies(self) -> set[str]:
        """Every body that may be asked for: of the lines, of the registry, and of the archive."""
        bodies = {source.body_id for source in self.sources.values()} | {*self.bodies}
        return bodies | self.archive_bodies() if self.has_archive else bodies

    def suggest_body(self, typed: str) -> str:
        """A question to end a message with: which body may be meant. "" where none is near."""
        from pipeline.body_names import suggest

        all_names = self.body_names()
        names = {body: all_names.get(body, []) for body in self.known_bodies()}
        near = [
            f"{each!r} ({names[each][0]})" if names[each] else repr(each) for each in suggest(typed, names)
        ]
        return f"did you mean {' or '.join(near)}?" if near else ""

    def body_names(self) -> dict[str, list[str]]:
        """All names of each body: what it is called, was called, and is called for short."""
        names = {body.id: [body.name, *body.short, *body.former] for body in self.bodies.values()}
        for source in self.sources.values():
            names.setdefault(source.body_id, []).append(source.name)
        return names

    def known_sources(self) -> set[str]:
        return {*self.sources, *(row.id for row in self.archive.reports.health())}

    @contextmanager
    def _channels(self) -> Iterator[Callable[[str], Channel]]:
        from alerts.channels.table import open_channel

        settings = self.config.alerts
        with ExitStack() as stack:
            opened: dict[str, Channel] = {}

            def channel(name: str) -> Channel:
                if name not in opened:
                    real = settings.channel if name == MAIL else name
                    opened[name] = stack.enter_context(open_channel(real, settings, self.data))
                return opened[name]

            yield channel


def seven_o_clock(day: date) -> datetime:
    """Seven in the morning of a day, where the papers are published."""
    return datetime(day.year, day.month, day.day, 7, tzinfo=LONDON).astimezone(UTC)


CADENCES = [cadence.value for cadence in Cadence]


@dataclass(frozen=True)
class CrawlArchive:
    """What a crawl writes to."""

    catalogue: CrawlLog
    blobs: Store
    leases: ArchiveLeases | None


@contextmanager
def crawl_archive(data: Path) -> Iterator[CrawlArchive]:
    """What `scrapy crawl` fills: the archive that the settings name, held as by every crawl. Raises Busy."""
    from cli.app.lock import named, work_lock

    app = App(data, makes_archive=True)
    with work_lock(app, shared=[Work.CRAWL]), app.archive.leases(named()) as leases:
        yield CrawlArchive(app.archive.catalogue.of_shard("", leases), app.archive.blobs, leases)
