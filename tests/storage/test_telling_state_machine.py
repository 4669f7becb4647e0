"""Readers, lists, papers, crashes, clocks and mail servers in any order: told once, as asked, nothing lost.

The long trial is tests/soak/test_telling_soak.py.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select

from pipeline.matching.query_matching import topic
from pipeline.model import Cadence, DocumentKind, WatchList
from storage import tables as t
from tests.alerts.test_channels import Server, config
from tests.helpers.desk import DAY, HOUR, Desk, concept

WORDS = ("savings", "closures", "beds")
CONCEPTS = WORDS[:2]  # the third word is looked for by queries alone
BODIES = ("marlshire", "vale")
KINDS = (DocumentKind.REPORT, DocumentKind.PACK)
ADDRESSES = ("ann@example.org", "ben@example.org")
STARTS = (  # later than the real clock; two of them are days before the clocks change
    datetime(2046, 11, 16, 7, tzinfo=UTC),
    datetime(2047, 3, 30, 7, tzinfo=UTC),
    datetime(2046, 10, 26, 7, tzinfo=UTC),
)
FIVE_YEARS = 5 * 365 * DAY
LAST_DAYS = (1, 8, 32, 2, 8)  # longer than any cadence and any wait
OPEN = 1 << 60  # later than everything

WATCHES = st.builds(
    WatchList,
    concepts=st.sampled_from([(), ("savings",), ("closures",), CONCEPTS]),
    bodies=st.sampled_from([(), (), ("vale",)]),
    kinds=st.sampled_from([(), (), (DocumentKind.PACK,)]),
) | st.builds(
    WatchList,
    query=st.sampled_from(["beds", "savings"]),
    bodies=st.sampled_from([(), (), ("vale",)]),
    kinds=st.sampled_from([(), (), (DocumentKind.PACK,)]),
)
CADENCES = st.sampled_from([Cadence.IMMEDIATE, *Cadence])
SAID = st.dictionaries(st.sampled_from(WORDS), st.booleans(), min_size=1)  # whether in the words of before
PAPERS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(0, 1),
            "body": st.sampled_from(BODIES),
            "kind": st.sampled_from(KINDS),
            "said": SAID,
        }
    ),
    min_size=1,
    max_size=2,
)
HOURS = st.sampled_from([24, 24, 1, 0, 72, 960])


class KilledError(BaseException):
    """As if the process ended here."""


class PostOffice(Server):
    """A real mail server that knows some addresses, and takes a message, or not, in many ways."""

    def __init__(self) -> None:
        self.mode, self.unknown = "good", set()
        super().__init__()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address in self.unknown:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.mode in {"good", "taken, and the line cut"}:
            self.accepted.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.mode in {"cut", "taken, and the line cut"}:
            server.transport.abort()
        return {"busy": "451 4.3.0 later", "spam": "554 5.7.1 spam"}.get(self.mode, "250 2.0.0 taken")


@dataclass(frozen=True)
class Mention:
    """What one version of a paper says on one page."""

    word: str
    token: str  # stands in this sentence and in no other
    paper: str
    body: str
    kind: DocumentKind
    came: int  # in events; the next version of a paper that says the same came later


@dataclass
class Followed:
    """A watch list as its reader has it, or had it."""

    asked: WatchList
    since: int
    until: int = OPEN
    dropped: bool = False

    def names(self, mention: Mention) -> set[tuple[str, str]]:
        """What it finds in a mention: the concepts or the query, each with the sentence."""
        asked = self.asked
        if asked.bodies and mention.body not in asked.bodies:
            return set()
        if asked.kinds and mention.kind not in asked.kinds:
            return set()
        if asked.query:
            return {(topic(asked.query), mention.token)} if asked.query == mention.word else set()
        followed = asked.concepts or CONCEPTS
        return {(mention.word, mention.token)} if mention.word in followed else set()


@dataclass
class Person:
    address: str
    lists: list[Followed] = field(default_factory=list)
    stopped: bool = False


class Telling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.server = PostOffice()
        self.server.start()
        self.composed: dict = {}
        self.commits_left = 0
        self.open()
        self.moment = STARTS[0]
        self.events = 0
        self.papers: dict[str, list[Mention]] = {}  # the version of now
        self.ever: list[Mention] = []
        self.flagged: dict[str, int] = {}  # by SHA-256, after which event
        self.sha256: dict[Mention, str] = {}
        self.people: dict[str, Person] = {}
        self.made_good: set[str] = set()  # readers once refused: what was under way to them may come again

    def open(self) -> None:
        """As a new process does."""
        made = concept("savings"), concept("closures")
        self.desk = Desk(Path(self.temporary.name), config(self.server.port), *made)
        self.desk.composed = self.composed
        event.listen(self.desk.archive.database.engine, "commit", self.before_commit)

    def before_commit(self, _connection) -> None:
        if self.commits_left:
            self.commits_left -= 1
            if not self.commits_left:
                raise KilledError

    def teardown(self) -> None:
        try:
            self.after_the_last_good_days()
        finally:
            self.desk.archive.database.engine.dispose()
            self.server.stop()
            self.temporary.cleanup()

    # ---- readers and what they follow

    @initialize(start=st.sampled_from(STARTS), watch=WATCHES, cadence=CADENCES)
    def begin(self, start, watch, cadence) -> None:
        self.moment = start
        self.subscribe_as(ADDRESSES[0], watch, cadence, "Europe/London")

    @rule(
        address=st.sampled_from(ADDRESSES),
        watch=WATCHES,
        cadence=CADENCES,
        zone=st.sampled_from(["Europe/London", "Pacific/Kiritimati"]),
    )
    def subscribe(self, address, watch, cadence, zone) -> None:
        self.subscribe_as(address, watch, cadence, zone)

    def subscribe_as(self, address, watch, cadence, zone) -> None:
        """A new reader; one who is known asks for this and no more."""
        self.events += 1
        person = self.people.setdefault(address, Person(address))
        self.desk.reader(
            address, watch_lists=[watch], cadence=cadence, zone=zone, confirmed_at=self.moment - DAY
        )
        self.begin_anew(person)
        kept = [each for each in person.lists if each.until == OPEN and each.asked == watch][:1]
        for each in person.lists:
            if each not in kept:
                each.until = min(each.until, self.events)
        if not kept:
            person.lists.append(Followed(watch, self.events))

    def a_reader(self, data):
        person = self.people[data.draw(st.sampled_from(sorted(self.people)))]
        reader = self.desk.archive.readers.of_address(person.address)
        return person, reader

    def a_list(self, data, reader) -> WatchList:
        return data.draw(st.sampled_from(reader.watch_lists))

    def modelled(self, person, watch) -> Followed:
        asked = replace(watch, id=0, name="", note="", token="")
        return next(each for each in person.lists if each.until == OPEN and each.asked == asked)

    @rule(
        data=st.data(),
        watch=WATCHES,
        act=st.sampled_from(["change", "change", "follow one more", "drop", "stop", "resume"]),
    )
    def change_mind(self, data, watch, act) -> None:
        if act == "follow one more":
            self.follow_one_more(data, watch)
        elif act == "change":
            self.change_a_list(data, watch)
        elif act == "drop":
            self.drop_a_list(data)
        elif act == "stop":
            self.stop(data)
        else:
            self.go_on(*self.a_reader(data))

    def follow_one_more(self, data, watch) -> None:
        person, reader = self.a_reader(data)
        if len(reader.watch_lists) < 4:
            self.events += 1
            self.desk.archive.readers.add_watch(reader.id, watch)
            person.lists.append(Followed(watch, self.events))

    def change_a_list(self, data, watch) -> None:
        person, reader = self.a_reader(data)
        old = self.a_list(data, reader)
        was = self.modelled(person, old)
        self.events += 1
        self.desk.archive.readers.change_watch(reader.id, replace(watch, id=old.id))
        if was.asked != watch:
            was.until = self.events
            person.lists.append(Followed(watch, self.events))

    def drop_a_list(self, data) -> None:
        person, reader = self.a_reader(data)
        if len(reader.watch_lists) > 1:
            old = self.a_list(data, reader)
            self.events += 1
            was = self.modelled(person, old)
            was.until, was.dropped = self.events, True
            self.desk.archive.readers.drop_watch(reader.id, old.id)

    def stop(self, data) -> None:
        person, reader = self.a_reader(data)
        self.events += 1
        self.desk.archive.readers.stop(reader.id)
        person.stopped = True

    def go_on(self, person, reader) -> None:
        """After a stop of their own they hear of what comes from now on."""
        self.events += 1
        self.desk.archive.readers.resume(reader.id)
        self.begin_anew(person)

    def begin_anew(self, person) -> None:
        """Each list as before, of what comes from now on."""
        if person.stopped:
            person.stopped = False
            for each in list(person.lists):
                if each.until == OPEN:
                    person.lists.append(Followed(each.asked, self.events))
                each.until, each.dropped = min(each.until, self.events), True

    # ---- papers

    @rule(papers=PAPERS)
    def come(self, papers) -> None:
        for paper in papers:
            self.lay(**paper)

    def lay(self, number, body, kind, said) -> None:
        """A paper comes, or is replaced by one that says some of the same and some new things."""
        key = f"{body}{number}"
        self.events += 1
        before = {mention.word: mention.token for mention in self.papers.get(key, [])}
        if key in self.papers:
            kind = self.papers[key][0].kind
        mentions = [
            Mention(
                word=word,
                token=before[word] if as_before and word in before else self.token(word),
                paper=key,
                body=body,
                kind=kind,
                came=self.events,
            )
            for word, as_before in sorted(said.items())
        ]
        if [each.token for each in mentions] == [each.token for each in self.papers.get(key, [])]:
            return  # the same bytes: nothing was replaced
        sha256 = self.desk.lay(key, *(page(each) for each in mentions), source_id=body, kind=kind)
        self.papers[key] = mentions
        self.ever += mentions
        self.sha256 |= dict.fromkeys(mentions, sha256)

    def token(self, word: str) -> str:
        """Of letters alone: a passage is its letters."""
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(self.events))
        return f"tok{letters}{word}"

    # ---- the machine's rounds

    @rule(
        papers=PAPERS,
        mode=st.sampled_from(["good", "busy", "cut", "taken, and the line cut", "spam"]),
        unknown=st.just(set()) | st.sets(st.sampled_from(ADDRESSES)),
        hours=HOURS,
    )
    def day(self, papers, mode, unknown, hours) -> None:
        self.come(papers)
        self.go_round(self.moment + hours * HOUR, mode, unknown)

    @rule(mode=st.sampled_from(["good", "busy"]), hours=HOURS)
    def day_without_papers(self, mode, hours) -> None:
        self.go_round(self.moment + hours * HOUR, mode, set())

    @rule()
    def flag(self) -> None:
        """As `extract` does, long before anybody is told."""
        self.events += 1
        self.desk.flag()
        self.note_flagged()

    @rule(papers=PAPERS, commits=st.integers(1, 14), taken=st.booleans())
    def day_that_is_killed(self, papers, commits, taken) -> None:
        """Before the n-th commit: while flagging or telling, or between the server's word and our note."""
        self.come(papers)
        self.commits_left = commits
        try:
            self.go_round(self.moment + DAY, "good" if taken else "taken, and the line cut", set())
        except KilledError:
            self.desk.archive.database.engine.dispose()
            self.open()
        finally:
            self.commits_left = 0
        self.note_flagged()

    @rule(papers=PAPERS, mode=st.sampled_from(["good", "busy", "spam"]))
    def day_by_a_clock_that_is_ahead(self, papers, mode) -> None:
        self.come(papers)
        now = self.moment
        self.go_round(now + FIVE_YEARS, mode, set())
        self.moment = now

    @rule(back=st.sampled_from([1, 30]))
    def clock_goes_back(self, back) -> None:
        self.moment = max(STARTS[2], self.moment - back * HOUR)

    def go_round(self, moment: datetime, mode: str, unknown: set[str]) -> None:
        """What `notify` does."""
        self.moment = moment
        self.server.mode, self.server.unknown = mode, unknown
        self.events += 1
        self.desk.archive.ledger.put_right(moment)
        self.desk.flag()
        self.note_flagged()
        self.desk.tell(moment)
        self.desk.send(moment)
        self.note_refused()
        self.check()

    def note_flagged(self) -> None:
        c = t.files.c
        with self.desk.archive.database.reading() as connection:
            found = connection.execute(select(c.sha256).where(c.flagged.is_not(None))).scalars()
            for sha256 in found:
                self.flagged.setdefault(sha256, self.events)

    def note_refused(self) -> None:
        self.made_good |= {
            reader.address
            for reader in self.desk.archive.readers.subscribers()
            if reader.stopped and not self.people[reader.address].stopped
        }

    # ---- what must hold

    def letters(self):
        """What arrived, by reader and Message-ID."""
        came = defaultdict(dict)
        for _, (to,), content in self.server.accepted:
            message = message_from_bytes(content, policy=policy.default)
            came[to][str(message["Message-ID"])] = message
        return came

    def told(self, address: str) -> list[tuple[str, str]]:
        """Each concept and sentence that a reader was told, as often as it came under another Message-ID."""
        return [
            (entry.concept_id, token_of(entry.snippet))
            for message_id in self.letters()[address]
            for entry in self.composed[message_id].entries
        ]

    def check(self) -> None:
        for address, person in self.people.items():
            told = self.told(address)
            if address not in self.made_good:
                assert len(told) == len(set(told)), "told once"
            assert set(told) <= self.may_be_told(person), "told what was asked, and nothing older"
        for letters in self.letters().values():
            for message_id, message in letters.items():
                if message.is_multipart():  # else it was made smaller, for a server that refused it
                    text = message.get_body(("plain",)).get_content()
                    for entry in self.composed[message_id].entries:
                        assert token_of(entry.snippet) in text, "the letter says what the digest says"

    def may_be_told(self, person: Person) -> set[tuple[str, str]]:
        return {
            name
            for followed in person.lists
            for mention in self.ever
            if max(mention.came, self.flagged.get(self.sha256[mention], OPEN)) > followed.since
            and mention.came <= followed.until
            for name in followed.names(mention)
        }

    def must_be_told(self, person: Person) -> set[tuple[str, str]]:
        """What the papers of now say that came while a list asked for it, found before it closed."""
        return {
            name
            for followed in person.lists
            if not followed.dropped
            for mentions in self.papers.values()
            for mention in mentions
            if followed.since < mention.came and self.flagged[self.sha256[mention]] < followed.until
            for name in followed.names(mention)
        }

    def after_the_last_good_days(self) -> None:
        for person in self.people.values():
            reader = self.desk.archive.readers.of_address(person.address)
            if reader.stopped:
                self.go_on(person, reader)
        for days in LAST_DAYS:
            self.go_round(self.moment + days * DAY, "good", set())
        for person in self.people.values():
            assert self.must_be_told(person) <= set(self.told(person.address)), "nothing lost"
        assert set(self.desk.outbox()) <= {"sent", "refused"}, "nothing waits"


def page(mention: Mention) -> str:
    """A page of one mention, far enough from its ends that other pages are no part of its passage."""
    return (
        "In this part of the paper the board set out the matter in full, as it was asked to by members. "
        f"It went on to the {mention.word} of {mention.token}, which it weighed with care. "
        "Nothing else was said of it here, and members thanked all who had written this part of the paper."
    )


def token_of(snippet: str) -> str:
    return next(word.strip(",.") for word in snippet.split() if word.startswith("tok"))


def tried(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],  # to shrink takes minutes here
        suppress_health_check=list(HealthCheck),
    )


def test_in_any_order_of_events_each_reader_is_told_once_what_they_asked_for_and_nothing_is_lost():
    run_state_machine_as_test(Telling, settings=tried(6, 15))
