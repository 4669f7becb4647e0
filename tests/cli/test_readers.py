"""Readers come by e-mail, change what they follow, and go without leaving a trace."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial

import feedparser
import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import text

from cli.app import operator_notices
from cli.app.config import load
from cli.app.context import App
from cli.main import paperwatch
from pipeline import english
from pipeline.errors import ConfigError, QueryError
from pipeline.health.machine import Machine, Queue, concerns
from pipeline.model import REFUSED, Cadence, DocumentKind, SignUp, SourceHealth, SourceState, WatchList
from tests.alerts.test_channels import serving
from tests.helpers import demo_run
from tests.helpers.archives import TODAY, keep, source

ADDRESS = "reader-9f31@example.org"
WATCH = WatchList(concepts=("savings",), name="Money", note="Cuts in our town")
NOW = datetime(2026, 11, 16, 7, tzinfo=UTC)


def app_in(folder, more: str = "") -> App:
    folder.mkdir(exist_ok=True)
    (folder / "paperwatch.toml").write_text(
        '[web]\nbase_url = "https://watch.example.org"\n'
        '[alerts]\nsender = "watch@paperwatch.example"\n' + more
    )
    return App(folder, makes_archive=True)


@pytest.fixture
def home(tmp_path):
    made = app_in(tmp_path / "data")
    yield made
    made.archive.database.engine.dispose()


def all_letters(home: App) -> list:
    paths = sorted((home.data / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def letters(home: App) -> list:
    """Without those that say that an alert is on: each confirmation sends one."""
    return [letter for letter in all_letters(home) if not letter["Subject"].endswith("is on")]


def token_in(message) -> str:
    return re.search(r"https://watch\.example\.org/confirm/(\S+)", message.get_content())[1]


def signed_up(home: App, watch: WatchList = WATCH, **other):
    home.readers.sign_up(ADDRESS, watch, **other)
    return home.readers.confirm(token_in(letters(home)[-1]))


def lay(home: App, key: str, text: str = "Great efficiency savings of many millions are planned") -> None:
    keep(home.archive, [f"{text} by {key} and {key}."], key=key, content=f"{key}{text}".encode())


def notify(home: App, moment: datetime = NOW) -> None:
    home.flag(lambda *_: None)
    home.tell(moment)
    home.deliver()


# ---- coming


def test_nothing_but_the_question_is_sent_before_the_address_has_said_yes(home):
    home.readers.sign_up(ADDRESS, WATCH, cadence=Cadence.DAILY, zone="America/New_York", quiet=True)
    (question,) = letters(home)
    assert question["To"] == ADDRESS
    assert "savings" in question.get_content()
    lay(home, "d1")
    notify(home)
    assert len(letters(home)) == 1
    token = token_in(question)
    assert home.readers.asked(token) == SignUp(watch=WATCH, is_confirmed=False)
    reader = home.readers.confirm(token)
    assert home.readers.asked(token) == SignUp(watch=WATCH, is_confirmed=True)
    assert (reader.cadence, reader.zone, reader.quiet) == (Cadence.DAILY, "America/New_York", True)
    assert replace(reader.watch_lists[0], id=0, token="") == WATCH
    assert home.readers.confirm(token) == reader
    lay(home, "d2")
    notify(home)
    (_, digest) = letters(home)
    text = digest.get_body(("plain",)).get_content()
    assert "Paper d2" in text
    assert "Paper d1" not in text
    assert "Found by your list Money; note: Cuts in our town" in " ".join(text.split())
    assert [entry.places[0].title for entry in home.readers.mentions(reader.token)] == ["Paper d2"]


def test_each_token_opens_one_door(home):
    reader = signed_up(home)
    assert len({reader.token, reader.stop_token, token_in(letters(home)[0])}) == 3
    for wrong in (reader.stop_token, "", "x" * 10_000, "\ud800", "' OR 1=1 --", token_in(letters(home)[0])):
        assert home.readers.reader(wrong) is None
        assert home.readers.export(wrong) is None
        assert home.readers.remove(wrong) is False
        assert home.readers.mentions(wrong) == ()
    assert home.readers.unsubscribe(reader.token) is False
    assert home.readers.confirm(reader.token) is None
    assert home.readers.asked(reader.stop_token) is None
    assert home.readers.reader(reader.token) == reader


def test_who_does_not_answer_in_seven_days_is_forgotten(home):
    with time_machine.travel(NOW, tick=False):
        home.readers.sign_up(ADDRESS, WATCH)
    token = token_in(letters(home)[0])
    with time_machine.travel(NOW + timedelta(days=6, hours=23), tick=False):
        notify(home)
        assert home.readers.asked(token).watch == WATCH
    with time_machine.travel(NOW + timedelta(days=7, minutes=1), tick=False):
        assert home.readers.confirm(token) is None
        notify(home)
    assert_no_trace(home, ADDRESS)


def test_nobody_is_pestered_in_anothers_name(home):
    for _ in range(10):
        home.readers.sign_up(ADDRESS, WATCH)
    assert len(letters(home)) == 3


def test_a_confirmation_mails_the_private_address_once_and_leads_back_to_it(home):
    reader = signed_up(home)
    token = token_in(letters(home)[0])
    assert home.readers.confirm(token) == reader
    (_, welcome) = all_letters(home)
    assert welcome["To"] == ADDRESS
    assert welcome["Subject"] == "Your alert from Paperwatch is on"
    text = " ".join(welcome.get_content().split())
    assert f"https://watch.example.org/reader/{reader.token} " in text
    assert f"https://watch.example.org/unsubscribe/{reader.stop_token} " in text
    assert "We will write when something new is found, at most once a week." in text
    home.readers.remove(reader.token)
    assert home.readers.asked(token) is None, "whose reader has gone"
    assert_no_trace(home, ADDRESS)


def test_only_who_is_new_is_told_that_nothing_else_is_sent(home):
    signed_up(home)
    home.readers.sign_up(ADDRESS, WATCH)
    new, known = (" ".join(letter.get_content().split()) for letter in letters(home))
    assert "We will send nothing else, and delete this address after 7 days." in new
    assert "nothing else about your alerts will change" in known
    assert "delete this address" not in known


def test_who_stopped_the_messages_and_when_is_said_by_the_readers_clock(home):
    reader = signed_up(home, zone="Asia/Tokyo")
    assert english.stopped(reader) == ""
    with time_machine.travel(datetime(2026, 11, 16, 20, tzinfo=UTC), tick=False):
        home.readers.unsubscribe(reader.stop_token)
    stopped = home.readers.reader(reader.token)
    assert english.stopped(stopped) == "You stopped these messages on 17 November 2026."
    assert english.stopped(replace(stopped, stopped_at=None)) == "You stopped these messages."
    assert home.readers.resume(reader.token).stopped_at is None
    refused = replace(stopped, stopped=f"{REFUSED}550 no such user")
    assert english.stopped(refused) == (
        "We stopped these messages on 17 November 2026, because your mail server did not take them: "
        "550 no such user"
    )


def test_a_known_reader_confirms_another_watch_list(home):
    signed_up(home)
    reader = signed_up(home, WatchList(query='"whole population"', kinds=(DocumentKind.PACK,)))
    assert [watch.query for watch in reader.watch_lists] == ["", '"whole population"']
    assert len(home.archive.readers.subscribers()) == 1


@pytest.mark.parametrize(
    ("address", "watch", "error"),
    [
        ("nobody", WATCH, ConfigError),
        ("a@example.org\r\nBcc: b@example.org", WATCH, ConfigError),
        ("é@example.org", WATCH, ConfigError),
        ("a@" + "b" * 300 + ".org", WATCH, ConfigError),
        (ADDRESS, WatchList(concepts=("nothing-like-it",)), ConfigError),
        (ADDRESS, WatchList(bodies=("nowhere",)), ConfigError),
        (ADDRESS, WatchList(query="NOT care"), QueryError),
        (ADDRESS, WatchList(query="x" * 10_000), QueryError),
        (ADDRESS, WatchList(name="n" * 101), ConfigError),
        (ADDRESS, WatchList(note="n" * 501), ConfigError),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_nothing_is_half_saved(home, address, watch, error):
    with pytest.raises(error):
        home.readers.sign_up(address, watch)
    assert letters(home) == []
    assert home.archive.reports.totals().outbox == {}


def test_an_unknown_time_zone_is_refused(home):
    for zone in ("Mars/Olympus", "", "../../etc/passwd", "\x00"):
        with pytest.raises(ConfigError, match="time zone"):
            home.readers.sign_up(ADDRESS, WATCH, zone=zone)


def test_what_a_reader_writes_breaks_no_message(home):
    nasty = WatchList(
        query='savings "=HYPERLINK"', name="x\r\nBcc: a@b.c\ud800", note="\r\n\r\n<script>alert(1)</script>"
    )
    signed_up(home, nasty)
    lay(home, "d1", "Hyperlink savings of millions")
    notify(home)
    digest = letters(home)[-1]
    assert digest.defects == []
    assert "Bcc" not in digest
    assert "<script" not in digest.get_body(("html",)).get_content()


# ---- one's own page


def test_a_reader_changes_what_they_follow(home):
    reader = signed_up(home)
    pages = home.readers
    changed = pages.change(reader.token, cadence=Cadence.MONTHLY, zone="UTC", quiet=True)
    assert (changed.cadence, changed.zone, changed.quiet) == (Cadence.MONTHLY, "UTC", True)
    more = pages.add_watch(reader.token, WatchList(query="budget NEAR/5 care"))
    assert len(more.watch_lists) == 2
    edited = pages.change_watch(reader.token, replace(more.watch_lists[1], query="budget"))
    assert [watch.query for watch in edited.watch_lists] == ["", "budget"]
    assert edited.watch_lists[1].token == more.watch_lists[1].token  # the feed keeps its address
    fewer = pages.drop_watch(reader.token, edited.watch_lists[1].id)
    assert [watch.query for watch in fewer.watch_lists] == [""]
    with pytest.raises(ConfigError, match="no such watch list"):
        pages.change_watch(reader.token, replace(WATCH, id=10_000))
    for _ in range(49):
        pages.add_watch(reader.token, WATCH)
    with pytest.raises(ConfigError, match="50 watch lists"):
        pages.add_watch(reader.token, WATCH)


def test_a_preview_counts_papers_and_warns_of_a_rule_that_is_too_broad(home):
    for number in range(30):
        lay(home, f"d{number}", "Efficiency savings" if number < 3 else "Other things")
    home.flag(lambda *_: None)
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC)):
        narrow = home.readers.preview(WatchList(query="savings"))
        assert (narrow.days_30, narrow.days_365, narrow.too_broad) == (3, 3, "")
        broad = home.readers.preview(WatchList(query="and"))
        assert broad.days_365 == 30
        assert "too many" in broad.too_broad
        assert home.readers.preview(WatchList(query="savings body:elsewhere")).days_365 == 0
        assert home.readers.preview(WatchList(concepts=("savings",))).days_365 == 3
    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC)):
        late = home.readers.preview(WatchList(query="savings"))
        assert (late.days_30, late.days_365) == (0, 3)


NEW_CONCEPT = """
label = "Village hub"
about = "Hubs."
wordings = [{ text = "village hub" }]
[examples]
match = ["The village hub opens.", "A paper on the village hub.", "Two village hubs."]
no_match = ["The village shop.", "The hub of the wheel.", "A village."]
"""


def test_a_concept_that_was_not_looked_for_yet_is_never_found_nowhere(home):
    """`preview` and `search` answered "0" and "No results" for what `hunt` finds."""
    for number in range(3):
        lay(home, f"d{number}", "A village hub")
    home.flag(lambda *_: None)
    (home.data / "concepts").mkdir()
    (home.data / "concepts" / "village-hub.toml").write_text(NEW_CONCEPT)

    def said(*words: str) -> str:
        return CliRunner().invoke(paperwatch, ["--data", str(home.data), *words]).output

    told = "3 papers have not been looked through with the topics as they are now: run `paperwatch flag`."
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        assert "found 3 papers of the last 30 days" in said("concepts", "preview", "--concept", "village-hub")
        assert "3 papers" in said("subscribers", "add", ADDRESS, "--concept", "village-hub")
        for asked in (["search", "concept:village-hub"], ["spread", "village-hub"], ["status"]):
            assert told in said(*asked)
        said("flag")
        for asked in (["search", "concept:village-hub"], ["spread", "village-hub"], ["status"]):
            assert told not in said(*asked)
        assert "found 3 papers of the last 30 days" in said("concepts", "preview", "--concept", "village-hub")


# ---- going


def test_stopping_stops_at_once_and_resuming_begins_from_now(home):
    reader = signed_up(home, cadence=Cadence.IMMEDIATE)
    lay(home, "d1")
    home.flag(lambda *_: None)
    home.tell(NOW)  # queued, not yet sent
    assert home.readers.unsubscribe(reader.stop_token) is True
    assert home.readers.unsubscribe(reader.stop_token) is True
    home.deliver()
    notify(home)
    assert len(letters(home)) == 1
    assert home.readers.reader(reader.token).stopped
    home.readers.resume(reader.token)
    lay(home, "d2")
    notify(home)
    assert "Paper d1" not in letters(home)[-1].get_body(("plain",)).get_content()
    assert len(letters(home)) == 2


@pytest.mark.parametrize("way", ["signs up again", "is added again"])
def test_who_stopped_and_comes_back_by_another_door_hears_of_what_comes_from_then_on(home, way):
    reader = signed_up(home, cadence=Cadence.IMMEDIATE)
    home.readers.unsubscribe(reader.stop_token)
    lay(home, "d1")
    notify(home)
    if way == "signs up again":
        signed_up(home, replace(WATCH, name="Once more"), cadence=Cadence.IMMEDIATE)
    else:
        home.archive.readers.subscribe(
            ADDRESS, channel="mail", cadence=Cadence.IMMEDIATE, confirmed_at=NOW, watch_lists=[WATCH]
        )
    lay(home, "d2")
    notify(home)
    text = letters(home)[-1].get_body(("plain",)).get_content()
    assert "Paper d2" in text
    assert "Paper d1" not in text


def assert_no_trace(home: App, *secrets: str) -> None:
    """No file of the data folder holds any of these, whatever its format."""
    for path in home.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in secrets:
                assert secret.encode() not in content, path


def test_whoever_is_removed_leaves_no_trace_in_any_file(home):
    query = "zyxwvut NEAR/3 savings"
    note = "because-of-4711"
    reader = signed_up(home, replace(WATCH, query=query, note=note), cadence=Cadence.IMMEDIATE)
    lay(home, "d1", "zyxwvut savings")
    notify(home)
    assert len(letters(home)) == 2
    assert list((home.data / "feeds").glob("*.atom"))
    held = json.dumps(home.readers.export(reader.token), default=str)
    for what in (ADDRESS, note, query, reader.token, "Paper d1"):
        assert what in held
    assert home.readers.remove(reader.token) is True
    assert home.readers.remove(reader.token) is False
    assert letters(home) == []
    assert list((home.data / "feeds").glob("*")) == []
    assert_no_trace(home, ADDRESS, note, query, reader.token, reader.stop_token)


def test_the_command_exports_and_removes(home):
    ask = partial(demo_run.paperwatch, home.data)
    lay(home, "d1")
    home.flag(lambda *_: None)
    added = ask(
        "subscribers", "add", ADDRESS, "--query", "savings millions", "--note", "why", "--cadence", "daily"
    )
    assert added.returncode == 0, added.stderr
    assert "1 of the last 365" in added.stdout
    assert ask("subscribers", "add", ADDRESS, "--append", "--concept", "savings").returncode == 0
    (row,) = [json.loads(line) for line in ask("subscribers", "list", "--format", "json").stdout.splitlines()]
    assert (row["queries"], row["concepts"], len(row["watch_lists"])) == (
        ["savings millions"],
        ["savings"],
        2,
    )
    held = json.loads(ask("subscribers", "export", ADDRESS).stdout)
    assert [each["note"] for each in held["watch_lists"]] == ["why", ""]
    hunt = [json.loads(line) for line in ask("hunt", "savings", "--format", "json").stdout.splitlines()]
    assert [(row["title"], row["page"]) for row in hunt] == [("Paper d1", 1)]
    hunt = ask("hunt", "--concept", "savings", "--format", "csv").stdout.splitlines()
    assert len(hunt) == 2
    first = "day,body,body_name,document,meeting_date,title,kind,url,page,label,item,wording,snippet,"
    assert hunt[0].startswith(first), "programs rely on these and their order"
    assert "1 page in 1 paper." in ask("hunt", "savings").stderr
    (spread,) = [
        json.loads(line) for line in ask("spread", "savings", "--format", "json").stdout.splitlines()
    ]
    assert (spread["body"], spread["month"], spread["passages"]) == ("marlshire", "2026-11", 1)
    for wrong in (("hunt",), ("hunt", "a", "--concept", "savings"), ("hunt", '"'), ("spread", "nothing")):
        done = ask(*wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
    assert ask("subscribers", "remove", ADDRESS).returncode == 0
    assert ask("subscribers", "export", ADDRESS).returncode == 2
    home.archive.database.engine.dispose()
    assert_no_trace(home, ADDRESS, "savings millions")


# ---- feeds and notices


def test_each_watch_list_has_a_feed_and_a_calendar(home):
    reader = signed_up(home)
    lay(home, "d1")
    notify(home)
    token = reader.watch_lists[0].token
    feed = feedparser.parse((home.data / "feeds" / f"{token}.atom").read_bytes())
    assert not feed.bozo
    assert feed.feed.title == "Money"
    assert [entry.title for entry in feed.entries] == ["Savings: Marlshire, Paper d1, page 1 of 1"]
    calendar = (home.data / "feeds" / f"{token}.ics").read_text()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "Health Scrutiny Committee" in calendar
    before = {path: path.stat().st_mtime_ns for path in (home.data / "feeds").iterdir()}
    notify(home)
    assert {path: path.stat().st_mtime_ns for path in (home.data / "feeds").iterdir()} == before
    home.readers.drop_watch(reader.token, reader.watch_lists[0].id)
    notify(home)
    assert list((home.data / "feeds").iterdir()) == []


def health(state: SourceState, source_id: str = "vale") -> SourceHealth:
    return SourceHealth(
        id=source_id,
        name=source_id.title(),
        kind="council",
        state=state,
        reason="0 rows",
        last_run=None,
        last_success=None,
    )


@pytest.mark.parametrize(
    ("state", "hours", "told", "changes"),
    [
        (SourceState.OK, 0.0, {}, {}),
        (SourceState.UNKNOWN, 0.0, {}, {}),
        (SourceState.EMPTY, 0.0, {}, {}),
        (SourceState.BROKEN, 0.0, {}, {"source vale": "broken"}),
        (SourceState.BROKEN, 0.0, {"source vale": "broken"}, {}),
        (SourceState.BLOCKED, 0.0, {"source vale": "broken"}, {"source vale": "blocked"}),
        (SourceState.OK, 0.0, {"source vale": "broken"}, {"source vale": "well"}),
        (SourceState.OK, 0.0, {"source vale": "well"}, {}),
        (SourceState.OK, 7.0, {}, {"queue": "stuck"}),
        (SourceState.OK, 9.0, {"queue": "stuck"}, {}),
        (SourceState.OK, 0.0, {"queue": "stuck"}, {"queue": "well"}),
    ],
)
def test_the_operator_is_told_of_changes_and_of_nothing_else(state, hours, told, changes):
    queue = Queue(waiting=1, oldest=NOW - timedelta(hours=hours))
    found = concerns(Machine(now=NOW, rhythm=timedelta(days=1), queue=queue))
    assert operator_notices.changes_of_state([health(state)], found, told) == changes


def test_the_operator_hears_once_when_a_source_breaks_and_once_when_it_is_well(tmp_path):
    from pipeline.ports import SourceReport

    home = app_in(tmp_path / "data", 'operator = "op@example.org"\n')

    def ended(state):
        run = home.archive.catalogue.begin([source("vale")], TODAY)
        home.archive.catalogue.finish(run, SourceReport(source_id="vale", state=state, reason="0 rows"), [])

    for state, heard in (
        (SourceState.OK, 0),
        (SourceState.BROKEN, 1),
        (SourceState.BROKEN, 1),
        (SourceState.OK, 2),
        (SourceState.OK, 2),
        (SourceState.BROKEN, 3),
    ):
        ended(state)
        notify(home)
        assert len(letters(home)) == heard
    assert [letter["Subject"] for letter in letters(home)] == [
        "Vale (vale) is broken: 0 rows",
        "Vale (vale) is well again.",
        "Vale (vale) is broken: 0 rows",
    ]
    assert {letter["To"] for letter in letters(home)} == {"op@example.org"}
    home.archive.database.engine.dispose()


def test_a_confirmation_is_sent_at_once_and_not_with_the_next_run(tmp_path):
    with serving() as server:
        home = app_in(
            tmp_path / "data",
            f'channel = "smtp"\n[alerts.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n',
        )
        home.readers.sign_up(ADDRESS, WATCH)
        assert [to for _, to, _ in server.accepted] == [[ADDRESS]]
    home.readers.sign_up("other@example.org", WATCH)  # the server is gone: asked again by the next run
    assert home.archive.reports.totals().outbox == {"queued": 1, "sent": 1}
    home.archive.database.engine.dispose()
    shutil.rmtree(home.data)


def test_status_says_who_is_no_longer_written_to_and_why(tmp_path):
    refuse = {"RCPT": "550 5.1.1 no such user here"}
    with serving(refuse=refuse) as server:
        smtp = (
            f'channel = "smtp"\n[alerts.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        )
        home = app_in(tmp_path / "data", smtp)
        home.archive.readers.subscribe(
            ADDRESS, channel="mail", cadence=Cadence.IMMEDIATE, concepts=("savings",), confirmed_at=NOW
        )
        lay(home, "d1")
        notify(home)
        assert "No longer" not in status(home.data, "table")
        with home.archive.database.writing() as connection:  # the next day
            connection.execute(text("UPDATE unknown_addresses SET since = date(since, '-1 day')"))
            connection.execute(text("UPDATE outbox SET due_at = datetime(due_at, '-1 day')"))
        home.deliver()
        home.archive.database.engine.dispose()
    said = status(home.data, "table")
    assert "Addresses that rejected our mail: 1." in said
    (row,) = json.loads(status(home.data, "json"))["refused"]
    assert row == {
        "address": ADDRESS,
        "reason": "the mail server answered 550 to RCPT: 5.1.1 no such user here",
    }


def status(data, output: str) -> str:
    done = CliRunner().invoke(paperwatch, ["--data", str(data), "status", "--format", output])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_where_the_archive_is_served_is_one_setting_for_pages_and_messages(tmp_path):
    home = app_in(tmp_path / "data")
    assert home.config.web.base_url == home.config.alerts.base_url == "https://watch.example.org"
    (home.data / "paperwatch.toml").write_text('[alerts]\nbase_url = "https://watch.example.org"\n')
    with pytest.raises(ConfigError, match=r"paperwatch\.toml:2: base_url belongs under \[web\]"):
        load(home.data, {})
    (home.data / "paperwatch.toml").unlink()
    config = load(home.data, {"PAPERWATCH_WEB_BASE_URL": "https://elsewhere.example"})
    assert config.alerts.base_url == "https://elsewhere.example"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("body:marlshire", {"query": "", "bodies": ("marlshire",)}),
        ("body:marlshire kind:minutes", {"query": "", "bodies": ("marlshire",), "kinds": ("minutes",)}),
        ("concept:savings", {"query": "", "concepts": ("savings",)}),
        ("body:marlshire savings", {"query": "body:marlshire savings", "bodies": ()}),
    ],
)
def test_a_query_without_words_is_a_list_of_its_bodies_kinds_and_topics(home, query, kept):
    lay(home, "d0")
    home.flag(lambda *_: None)
    watch = home.readers.checked(WatchList(query=query))
    assert {name: getattr(watch, name) for name in kept} == kept
    reader = signed_up(home, WatchList(query=query))
    lay(home, "d1")
    notify(home, NOW + timedelta(days=8))
    assert [entry.places[0].title for entry in home.readers.mentions(reader.token)] == (
        [] if "minutes" in query else ["Paper d1"]
    )
