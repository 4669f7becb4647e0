"""What one run learns of one source: written to the catalogue at once, counted for its report."""

from __future__ import annotations

from collections import Counter, deque
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.answers import provenance
from crawler.answers.identity import key_of
from crawler.fetching.looks import LookBudget
from crawler.platforms.shared.web_address import host_of
from pipeline.english import counted
from pipeline.errors import DamagedFileError
from pipeline.health.left import Tally
from pipeline.health.run_state import FEW, Failure, Seen, after_its_end, decide_state
from pipeline.model import Left, LeftReason, MeetingStatus, Outcome, Revision, SourceState
from pipeline.ports import SourceReport
from pipeline.text.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crawler.fetching.download_handler import Received
    from pipeline.model import Document, Doubt, Embedded, Fetch, Listing, Meeting, Source
    from pipeline.ports import Blobs, CrawlLog, Held

MOST_PROBLEMS = 100  # kept word for word; the rest are counted

# A paper that came, and that the store cannot take.
DAMAGED = Failure(
    state=SourceState.BROKEN,
    reason="our store has other bytes under this file's name: `paperwatch db check` says where",
)


class SourceVisit:
    """One source in one run. Every write is one transaction: a kill between two leaves nothing half done."""

    def __init__(self, run: int, source: Source, catalogue: CrawlLog, blobs: Blobs, *, today: date) -> None:
        self.source = source
        self._today = today
        self.hosts: set[str] = set()  # that its pages may be on
        self.asked: set[tuple[str, str, tuple[tuple[str, str], ...]]] = set()  # pages asked for, once each
        self.looks = LookBudget()  # at pages that promise nothing
        self.pending = 0  # requests on their way; at none, the source is done
        self.waiting: deque[Document] = deque()  # papers to be asked for in their turn, after its pages
        self.requests = 0
        self.bytes = 0
        self.lost = ""  # why nothing more is written of it: another crawl has it
        self._run = run
        self._catalogue = catalogue
        self._blobs = blobs
        self._pages = 0
        self._starts = 0
        self._broken: Failure | None = None
        self._starts_failed: list[Failure] = []
        self._failed: list[Failure] = []
        self._looks_failed: list[str] = []
        self._papers = 0
        self._not_asked: Counter[str] = Counter()  # held papers that are not due, by host
        self._shut: Counter[str] = Counter()  # papers that their host did not let us have, by host
        self._barred: list[Failure] = []
        self._meetings: dict[str, date | None] = {}
        self._held: set[str] = set()  # of the meetings
        self._documents: set[str] = set()
        self._addresses: set[str] = set()  # of the documents
        self._read: set[str] = set()  # addresses of pages
        self._left = Tally()
        self._new: set[str] = set()
        self._changed: set[str] = set()
        self._listings: list[Listing] = []
        self._doubted: Failure | None = None
        self._problems: list[str] = []
        self._more_problems = 0

    def page_read(self, url: str, *, is_start: bool) -> None:
        self._read.add(url)
        self._pages += 1
        self._starts += is_start

    def page_failed(self, url: str, failure: Failure, *, is_start: bool) -> None:
        """A page gave nothing and there is no other way to what stood on it."""
        self.problem(at_address(url, failure))
        (self._starts_failed if is_start else self._failed).append(failure)

    def look_failed(self, fetch: Fetch, failure: Failure) -> None:
        """A page that promised nothing gave nothing: no fault of the source, and said at its end."""
        self._looks_failed.append(at_address(fetch.url, failure))
        self._left_look(fetch, LeftReason.LOOK_FAILED)

    def _left_look(self, fetch: Fetch, reason: LeftReason) -> None:
        self.left(Left(source_id=self.source.id, url=fetch.url, title="", reason=reason, is_page=True))

    def broken(self, reason: str) -> None:
        """Something that makes all else we saw of this source doubtful."""
        self.problem(reason)
        self._broken = self._broken or Failure(state=SourceState.BROKEN, reason=reason)

    def doubt(self, doubt: Doubt) -> None:
        """What a person should look at; a doubt with a state gives the source that state."""
        self.problem(doubt.what)
        if doubt.state is not None:
            self._doubted = self._doubted or Failure(state=doubt.state, reason=doubt.what)

    def problem(self, text: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(text)
        else:
            self._more_problems += 1

    def meeting(self, meeting: Meeting) -> None:
        self._meetings[meeting.key] = meeting.starts_on
        if (
            meeting.status is MeetingStatus.SCHEDULED
            and meeting.starts_on
            and meeting.starts_on < self._today
        ):
            self._held.add(meeting.key)
        kept = replace(
            meeting,
            body_name=one_line(meeting.body_name),
            title=one_line(meeting.title),
            place=one_line(meeting.place),
        )
        self._catalogue.record_meeting(self._run, kept)

    def recognised(self, document: Document) -> Document:
        """The paper under the key that it has with us."""
        if not document.claimed:
            return document
        key = key_of(document, self._catalogue.known(self.source.id, document.key, document.url))
        return document if key in self._documents else replace(document, key=key)

    def document(self, document: Document) -> bool:
        """Note that it is listed. Returns True the first time in this run, for a paper that is to be fetched.

        What a second place says of it is left out: the two would take turns, and look like changes.
        """
        if document.key in self._documents:
            return False
        self._documents.add(document.key)
        self._addresses.add(document.url)
        kept = replace(document, title=one_line(document.title))
        if self._catalogue.record_document(self._run, kept) is Outcome.NEW:
            self._new.add(document.key)
        return not self._catalogue.is_kept_back(self.source.id, document.key)

    def meets_on(self, document: Document) -> date | None:
        return self._meetings.get(document.meeting_key or "")

    def embedded(
        self, embedded: Embedded, fetched_at: datetime, answers: Sequence[dict[str, Any]] = ()
    ) -> None:
        document = self.recognised(embedded.document)
        self.document(document)
        if document.restricted or self._catalogue.is_kept_back(self.source.id, document.key):
            return
        try:
            sha256, size = self._blobs.put(embedded.body)
        except DamagedFileError:
            self.unavailable(document, DAMAGED)
            return
        self._revision(
            Revision(
                source_id=self.source.id,
                document_key=document.key,
                sha256=sha256,
                size=size,
                media_type=embedded.media_type,
                fetched_at=fetched_at,
                urls=(document.url,),
                capture=self._capture(answers),
            )
        )

    def listing(self, listing: Listing) -> None:
        self._listings.append(listing)

    def left(self, left: Left) -> None:
        """Something looks like a paper and is not taken: said in the report, so that nothing is silent."""
        self._left.add(replace(left, title=one_line(left.title)))

    def paper(
        self,
        document: Document,
        received: Received,
        *,
        media_type: str,
        urls: tuple[str, ...],
        etag: str,
        last_modified: str,
        answers: Sequence[dict[str, Any]] = (),
    ) -> None:
        """A paper's bytes came, and the blobs have them: no row ever lacks its file."""
        self._papers += 1
        self._revision(
            Revision(
                source_id=self.source.id,
                document_key=document.key,
                sha256=received.sha256,
                size=received.size,
                media_type=media_type,
                fetched_at=datetime.now(UTC),
                urls=urls,
                etag=etag,
                last_modified=last_modified,
                capture=self._capture(answers),
            )
        )

    def _capture(self, answers: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
        """The record of these answers; None where nobody noted them, as in a browser."""
        if not answers:
            return None
        checked = not self.source.insecure_tls
        return provenance.record(answers, note=self.source.note, certificate_checked=checked)

    def not_asked(self, held: Held | None) -> None:
        if held is not None:
            self._not_asked[host_of(held.url)] += 1

    def still_held(self) -> None:
        """The server names the length of what we hold: as good as it gets without its bytes."""
        self._papers += 1

    def unmodified(self, document: Document) -> None:
        self._papers += 1
        self._catalogue.record_unmodified(self._run, self.source.id, document.key)

    def unavailable(self, document: Document, failure: Failure) -> None:
        """Note it; a problem only where it is news. What is settled stays in `status`, and in no alarm."""
        host = host_of(document.url)
        self._barred.append(replace(failure, elsewhere=host not in self.hosts))
        self._shut[host] += failure.state is not SourceState.BROKEN
        told = self._catalogue.record_unavailable(self._run, self.source.id, document.key, failure.reason)
        if told is not Outcome.UNCHANGED:
            self.problem(at_address(document.url, failure))

    def finish(self, *, state: SourceState | None = None, reason: str = "") -> SourceReport:
        """End the source's run; `state` where it did not end by itself. Withdrawals are the catalogue's."""
        for waiting in self.looks.waiting:
            self._left_look(waiting, LeftReason.NOT_LOOKED_AT)
        if self._looks_failed:
            pages = counted(len(self._looks_failed), "page")
            self.problem(f"{pages} that promised nothing could not be read, such as {self._looks_failed[0]}")
        left = self._left.counts(taken=self._addresses, read=self._read)
        if state is None:
            shut = self._starts_failed if self._starts_failed and not self._starts else [None]
            seen = Seen(
                pages=self._pages,
                start=self._broken or shut[0],
                failed=(*self._starts_failed, *self._failed),
                meetings=len(self._meetings),
                held=len(self._held),
                documents=len(self._documents),
                papers=self._papers + self._held_beside_barred(),
                barred=tuple(self._barred),
                doubted=self._doubted,
                left=left,
            )
            usual = self._catalogue.usual(self._run, self.source)
            state, reason = decide_state(seen, self.source.expect, usual, self.source.options)
            state, reason = after_its_end(self.source, state, reason, self._today)
        if self._more_problems:
            self._problems.append(f"and {self._more_problems} more")
        report = SourceReport(
            source_id=self.source.id,
            state=state,
            reason=reason,
            requests=self.requests,
            bytes=self.bytes,
            meetings=len(self._meetings),
            documents=len(self._documents),
            new=len(self._new),
            changed=len(self._changed - self._new),
            problems=tuple(self._problems),
            left=left,
        )
        withdrawn = self._catalogue.finish(self._run, report, self._listings, self._left.names())
        return replace(report, withdrawn=withdrawn)

    def _held_beside_barred(self) -> int:
        """Papers that are kept although nobody asked for them: with them a dead link is only a dead link.

        Of a host that has shut us out, what is kept is no sign that it still lets us in.
        """
        return sum(count for host, count in self._not_asked.items() if self._shut[host] < FEW)

    def _revision(self, revision: Revision) -> None:
        """Of a paper that was listed before, its first bytes are a change: it was new then."""
        if self._catalogue.record_revision(self._run, revision) is not Outcome.UNCHANGED:
            self._changed.add(revision.document_key)


def at_address(url: str, failure: Failure) -> str:
    """The address, once, and what was wrong with it."""
    return failure.reason if failure.reason.startswith(url) else f"{url}: {failure.reason}"


def discard(received: Received | None) -> None:
    """Remove a temporary file that is not the paper it was taken for."""
    if received is not None:
        with suppress(OSError):
            received.path.unlink()
