"""`run` and its stages. Each stage may be killed and run again; `run` is all of them, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli import progress
from cli.app import journal, timestamps
from cli.app.context import App, seven_o_clock
from cli.app.lock import archive_lock, run_lock, work_lock
from cli.app.ping import pinged
from cli.commands.options import DAY, TODAY, Command, pass_app, pass_making_house
from cli.exits import Exit
from cli.terminal import note
from pipeline.bounces import Heard
from pipeline.days import local_today
from pipeline.english import counted, instant, short_day
from pipeline.errors import ConfigError
from pipeline.health import left, run_state, shards
from pipeline.health.machine import concerns
from pipeline.health.remedies import WHOLE
from pipeline.model import SourceState
from pipeline.ports import Work
from pipeline.text.foreign import printable

if TYPE_CHECKING:
    from datetime import date

    from pipeline import stages
    from pipeline.health.shards import Shard
    from pipeline.model import Source
    from pipeline.ports import PutRight, SourceReport

WELL = run_state.WELL - {SourceState.UNKNOWN}  # a run that ends in it was stopped


MOST_TROUBLES = 50  # named in the summary of a run
FEWEST_FOR_A_NETWORK = 3  # sources without an answer: fewer may be down by themselves


@dataclass
class Account:
    """What one call did, in a few lines for a person and for the journal, and whether all is well."""

    quiet: bool = False  # say nothing while all is well
    verbose: bool = False  # say each source as it ends
    troubles: int = 0
    said: list[str] = field(default_factory=list)
    finished: bool = True

    def say(self, text: str) -> None:
        journal.write("done", text)
        self.said.append(text)
        if not self.quiet:
            click.echo(text)

    def trouble(self, text: str) -> None:
        """Said at once: whoever waits for hundreds of sources sees that something goes on."""
        self.troubles += 1
        journal.write("trouble", text)
        if self.troubles <= MOST_TROUBLES:
            self.said.append(f"problem: {text}")
        note(f"problem: {printable(text)}")

    def remark(self, text: str) -> None:
        """Something that a person may want to know, and that is no trouble."""
        journal.write("remark", text)
        if not self.quiet:
            note(printable(text))

    def stopped(self, text: str) -> None:
        """Trouble that kept this call from doing what it was to do."""
        self.finished = False
        self.trouble(text)

    def source(self, report: SourceReport) -> None:
        text = f"{report.source_id}: {report.state}{f', {report.reason}' if report.reason else ''}"
        facts = {name: getattr(report, name) for name in ("requests", "bytes", "documents", "new", "changed")}
        journal.write("source", text, **facts)
        if self.verbose:
            note(printable(f"{text} ({report.documents} listed, {report.new} new)"))

    def summary(self) -> tuple[bool, str]:
        """Whether it did what it was to do, and what it said, for a watchdog."""
        return self.finished, "\n".join(self.said)

    def close(self) -> int:
        if not self.finished:
            return Exit.NOT_FINISHED
        return Exit.NOT_ALL_WELL if self.troubles else Exit.ALL_WELL


def _sources(app: App, ids: tuple[str, ...], kind: str) -> list[Source]:
    from crawler.lines import registry

    chosen = registry.select(app.sources, ids, kind)
    if not ids:
        chosen = [source for source in chosen if source.id not in app.switched_off]
    if ids:
        for source in chosen:
            if source.platform == registry.MANUAL:
                note(f"{source.id} is not crawled: its papers are added by hand, with `paperwatch add`.")
    return [source for source in chosen if source.platform != registry.MANUAL]


def _say_of_the_machine(app: App, account: Account) -> None:
    """What no run should begin without saying; the rest, this run may put right."""
    for concern in concerns(app.machine(with_alerts=False)):
        if concern.subject in {"disk", "clock"}:
            account.trouble(f"{concern.text}: {WHOLE[concern.subject].helps}")


def crawl_stage(
    app: App,
    sources: list[Source],
    today: date,
    tell: stages.Progress,
    account: Account,
    shard: Shard | None = None,
) -> None:
    """Crawl these sources, or those of them that are in a shard."""
    part = [source for source in sources if shard is None or shard.has(source.url)]
    totals: Counter[str] = Counter()
    states: Counter[SourceState] = Counter()
    known = Known(app)

    def ended(report: SourceReport) -> None:
        states[report.state] += 1
        account.source(report)
        totals.update(
            sources=1,
            meetings=report.meetings,
            documents=report.documents,
            new=report.new,
            changed=report.changed,
            withdrawn=report.withdrawn,
        )
        _tell_troubles(report, known, account)

    whole = f", which are shard {shard} of {len(sources):,}" if shard else ""
    try:
        app.crawl(
            part,
            today,
            tell,
            ended,
            shard,
            [source for source in sources if source not in part] if shard else (),
        )
    except KeyboardInterrupt:
        _say_crawled(totals, f"{totals['sources']:,} of {counted(len(part), 'source')}{whole}", account)
        raise
    asked = f"{totals['sources']:,} of " if totals["sources"] < len(part) else ""
    _say_crawled(totals, f"{asked}{counted(len(part), 'source')}{whole}", account)
    if left := len(part) - totals["sources"]:
        account.remark(f"{counted(left, 'source')} left to another crawl, which is reading them")
    if len(part) >= FEWEST_FOR_A_NETWORK and states[SourceState.UNREACHABLE] == len(part):
        account.stopped(f"none of {len(part):,} sources answered: is the network down?")


def _say_crawled(totals: Counter[str], sources: str, account: Account) -> None:
    account.say(
        f"Crawled {sources}: {counted(totals['meetings'], 'meeting')}, "
        f"{counted(totals['documents'], 'paper')} listed; "
        f"{totals['new']:,} new, {totals['changed']:,} changed, {totals['withdrawn']:,} withdrawn."
    )


class Known:
    """What earlier runs have said of the sources: a person need not see it again each day."""

    def __init__(self, app: App) -> None:
        self._sources = {row.id: row for row in app.archive.reports.health()}
        self._problems = app.archive.reports.problems()
        self._now = datetime.now(UTC)

    def refusal(self, report: SourceReport) -> bool:
        """Whether it has long been refused as it is now."""
        before = self._sources.get(report.source_id)
        return before is not None and before.state is report.state and run_state.is_settled(before, self._now)

    def problem(self, report: SourceReport, problem: str) -> bool:
        return problem in self._problems.get(report.source_id, ())


def _tell_troubles(report: SourceReport, known: Known, account: Account) -> None:
    if report.state not in WELL:
        said = f"source {report.source_id} is {report.state}: {report.reason}"
        _tell(account, said, is_known=known.refusal(report))
    for problem in report.problems:
        if not (report.reason and report.reason in problem):
            said = f"source {report.source_id}: {problem}"
            _tell(account, said, is_known=known.problem(report, problem))
    for count in report.left:
        account.remark(f"source {report.source_id}: {left.left_sentence(count)}")


def _tell(account: Account, said: str, *, is_known: bool) -> None:
    """What was told before is marked so, and is no trouble."""
    if is_known:
        account.remark(f"as before: {said}")
    else:
        account.trouble(said)


def extract_stage(app: App, tell: stages.Progress, account: Account) -> Counter[str]:
    """Returns the new hits by concept: papers are flagged as they are read."""
    first, second = "Read {papers}: {pages}.", "Read {papers} again, with OCR or more time: {pages}."
    found: Counter[str] = Counter()
    for sentence, done in zip((first, second), app.extract(tell), strict=True):
        if sentence == first or done.papers:
            account.say(
                sentence.format(papers=counted(done.papers, "paper"), pages=counted(done.pages, "page"))
            )
        for job, reading in done.failed:
            account.trouble(f"paper {job.name} ({job.sha256[:12]}): {reading.reason}: {reading.detail}")
        for job, unread in done.partly:
            account.trouble(f"paper {job.name} ({job.sha256[:12]}): not read: {unread}")
        found += done.found
    return found


def say_found(found: Counter[str], account: Account) -> None:
    by_concept = ", ".join(f"{concept} {count}" for concept, count in sorted(found.items()))
    account.say(f"Flagged {counted(found.total(), 'new mention')}{': ' + by_concept if by_concept else ''}.")


def bounces_stage(app: App, account: Account) -> None:
    """Hear of messages that came back by mail, before others go the same way."""
    from cli.app import returned_mail

    heard, fault = returned_mail.read(app)
    if heard:
        said = ", ".join(f"{count:,} {what}" for what, count in heard.items())
        account.say(f"Read the mailbox for bounces: {said}.")
    if heard[Heard.STOPPED]:
        stopped = counted(heard[Heard.STOPPED], "reader")
        account.trouble(f"{stopped} can no longer be written to: see `paperwatch status`")
    if fault:
        account.trouble(f"the mailbox for bounces: {fault}")


def notify_stage(app: App, today: date | None, account: Account) -> None:
    moment = seven_o_clock(today) if today else datetime.now(UTC)
    if late := put_off(app.put_right(moment)):
        account.trouble(late)
    bounces_stage(app, account)
    # Readers hear what is new all the same, with the root of the last time.
    if fault := app.sign_log():
        account.trouble(f"the archive's log is not signed: {fault}")
    if fault := timestamps.stamp_newest(app):
        account.remark(f"the log's root has no time stamp yet, and the next run asks again: {fault}")
    app.tell(moment)
    sent, failed = app.deliver()
    account.say(f"Sent {counted(len(sent), 'message')}.")
    for message, why in failed:
        account.trouble(f"message {message.message_id} was not accepted: {why}")
    queue = app.machine(with_alerts=False).queue
    if queue.waiting > len(failed) and queue.next_try:
        waiting = counted(queue.waiting - len(failed), "message waits", "messages wait")
        account.remark(f"{waiting} until {instant(queue.next_try)}, or `notify --now`: {queue.reason}")


def put_off(found: PutRight) -> str:
    """What is said of what a clock that was ahead had put off; "" where there was nothing."""
    what = [
        *([f"the digests of {counted(found.readers, 'reader')}"] if found.readers else []),
        *([counted(found.messages, "message")] if found.messages else []),
    ]
    if not what or found.until is None:
        return ""
    return (
        f"the clock was ahead: {' and '.join(what)} would have waited until {short_day(found.until)}, "
        "and are due again"
    )


SOURCES = click.argument("sources", nargs=-1, metavar="[SOURCE]...")
KIND = click.option("--kind", default="", help="Only sources of this kind, such as council or icb.")
SINCE = click.option(
    "--since", type=DAY, help="Look back to this day, further than the sources' own windows."
)


QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing while all is well, for cron.")
VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Say each source as it ends.")


@click.command("run", cls=Command)
@SOURCES
@KIND
@SINCE
@TODAY
@QUIET
@VERBOSE
@pass_making_house
def run(
    app: App,
    sources: tuple[str, ...],
    kind: str,
    since: date | None,
    today: date | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Crawl, extract, flag and notify, once, and end: what cron runs.

    SOURCE is the id of a source (see `paperwatch sources list`); none is all of them. What a run says is
    kept in <data>/logs too.
    """
    day = today or local_today()
    account = Account(quiet=quiet, verbose=verbose)
    app.validate_files()
    chosen = since_day(_sources(app, sources, kind), since, day)
    app.check_channel()
    with (
        run_lock(app.data),
        journal.kept(app.data, "run"),
        pinged(app.config.operations, account.summary),
        archive_lock(app, Work.READ, Work.SEND, shared=[Work.CRAWL]) as check,
        progress.bar() as tell,
    ):
        _say_of_the_machine(app, account)
        crawl_stage(app, chosen, day, tell, account)
        found = extract_stage(app, tell, account)
        say_found(found + app.flag(tell), account)
        app.look_for_names(day)
        check()
        notify_stage(app, today, account)
        app.note_memory()
    return account.close()


def _shard(_context: click.Context, _option: click.Parameter, text: str) -> Shard | None:
    return shards.parse(text) if text else None


@click.command("crawl", cls=Command)
@SOURCES
@KIND
@SINCE
@TODAY
@click.option(
    "--shard",
    metavar="I/N",
    default="",
    callback=_shard,
    help="Only the hosts of shard I of N, such as 2/4: other machines crawl the others.",
)
@pass_making_house
def crawl(
    app: App,
    sources: tuple[str, ...],
    kind: str,
    since: date | None,
    today: date | None,
    shard: Shard | None,
) -> int:
    """Fetch what the sources list now, and nothing else."""
    day = today or local_today()
    account = Account()
    app.validate_files()
    chosen = since_day(_sources(app, sources, kind), since, day)
    with work_lock(app, shared=[Work.CRAWL]), progress.bar() as tell:
        _say_of_the_machine(app, account)
        crawl_stage(app, chosen, day, tell, account, shard)
    return account.close()


@click.command("extract", cls=Command)
@pass_app
def extract(app: App) -> int:
    """Read every paper whose text is missing or was made by an older reader, and flag what it says."""
    account = Account()
    app.validate_files()
    with work_lock(app, Work.READ), progress.bar() as tell:
        _say_of_the_machine(app, account)
        say_found(extract_stage(app, tell, account), account)
    return account.close()


@click.command("flag", cls=Command)
@pass_app
def flag(app: App) -> int:
    """Look for the concepts in every paper that was not yet looked through with them."""
    account = Account()
    app.validate_files()
    with work_lock(app, Work.READ), progress.bar() as tell:
        say_found(app.flag(tell), account)
    return account.close()


@click.command("notify", cls=Command)
@TODAY
@click.option("--now", "at_once", is_flag=True, help="Try at once what waits for its next try, too.")
@pass_app
def notify(app: App, today: date | None, at_once: bool) -> int:
    """Write the digests that are due, and send what waits in the outbox."""
    account = Account()
    app.validate_files()
    app.check_channel()
    with work_lock(app, Work.SEND):
        if at_once:
            app.archive.ledger.hurry(datetime.now(UTC))
        notify_stage(app, today, account)
    return account.close()


def since_day(sources: list[Source], since: date | None, today: date) -> list[Source]:
    """The sources with their windows opened to a day further back."""
    if since is None:
        return sources
    if since > today:
        raise ConfigError(f"--since {since} is after the day of the run, {today}")
    back = max(0, (today - since).days)
    return [
        replace(source, window=replace(source.window, back=max(back, source.window.back)))
        for source in sources
    ]


COMMANDS = (run, crawl, extract, flag, notify)
