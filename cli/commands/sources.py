"""The `sources` commands: the places where papers are listed, and the tools to add and mend them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import terminal
from cli.commands.options import FORMAT, TODAY, Group, pass_app
from cli.commands.run import SINCE, WELL, since_day
from cli.commands.status import source_rows
from pipeline.days import local_today
from pipeline.english import counted
from pipeline.errors import ConfigError, PaperwatchError
from pipeline.health.left import LeftCount, Tally, left_sentence, of_row, summary
from pipeline.model import BodyKind, Document, Fetch, Left, LeftReason, Source, SourceState
from pipeline.text.foreign import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import date

    from cli.app.context import App
    from crawler.tools.detect import Detected
    from crawler.tools.recording_platform import Step
    from pipeline.model import Capture, Found
    from pipeline.ports import SourceReport
    from storage.reports.held import Reports

sources = Group("sources", help="The places where papers are listed: one line of data each.")

_CASE = re.compile(r"[a-z0-9][a-z0-9_-]*")


@sources.command("list")
@click.option("--kind", default="", help="Only sources of this kind.")
@click.option("--region", default="", help="Only sources of this region of England.")
@click.option(
    "--state", type=click.Choice([state.value for state in SourceState]), help="Only sources in this state."
)
@FORMAT
@pass_app
def list_sources(app: App, kind: str, region: str, state: str | None, output: str) -> int:
    """Every source with its state."""
    rows = _rows(app)
    regions = sorted({row["region"] for row in rows} - {""})
    if region and region.casefold() not in {known.casefold() for known in regions}:
        raise ConfigError(f"--region {region}: no source is there; known: {', '.join(regions)}")
    chosen = [
        row
        for row in rows
        if kind in {"", row["kind"]}
        and region.casefold() in {"", row["region"].casefold()}
        and state in {None, row["state"]}
    ]
    terminal.rows(chosen, output, ("id", "name", "kind", "platform", "state", "last_success"))
    return 0


@sources.command("show")
@click.argument("source")
@FORMAT
@pass_app
def show_source(app: App, source: str, output: str) -> int:
    """All that is known of one source."""
    found = [row for row in _rows(app) if row["id"] == source]
    if not found:
        _source(app, source)
    if output != "table":
        terminal.rows(found, output, ())
        return 0
    for name, value in found[0].items():
        said = [left_sentence(of_row(row)) for row in value] if name == "left" else [terminal.text(value)]
        for line in said or [""]:
            click.echo(f"{name.replace('_', ' '):14} {printable(line)}")
    return 0


@sources.command("detect")
@click.argument("url")
@click.option("--id", "identity", default="", help="Id for the line; none: a guess from the host's name.")
@SINCE
@TODAY
@pass_app
def detect_source(app: App, url: str, identity: str, since: date | None, today: date | None) -> int:
    """Look at one page and print the source line that would watch it.

    URL is best the page that lists committees or papers. The line goes to stdout, all else to stderr: of a
    page of links also what would be taken of it alone, and what would be left and why.
    """
    from cli.app.source_walk import walk
    from crawler.answers import health
    from crawler.lines import registry
    from crawler.tools import detect
    from crawler.tools.recording_platform import Probe

    if problem := registry.url_problem(url):
        raise ConfigError(f"{url!r}: {problem}")
    probe = Probe()
    source = Source(id="page", name=url, kind="", platform="probe", url=url)
    report = walk(app, source, probe, local_today())
    if probe.capture is None:
        _tell_problems(report)
        terminal.note(f"{url} could not be read, {report.state}: {report.reason}")
        return 1
    finding = detect.detect(probe.capture)
    if finding is None:
        terminal.note(f"{url} is no web page and no feed: give the page that lists the papers")
        return 1
    identity = identity or detect.suggested_id(finding.url)
    day = today or local_today()
    [source] = since_day([replace(source, platform=finding.platform, options=finding.options)], since, day)
    taken, left = _of_the_page(source, finding, probe.capture, day)
    if finding.platform == "papers_page" and not taken and (wall := health.of_unread(probe.capture.body)):
        terminal.note(printable(f"{url} could not be read, {wall.state}: {wall.reason}"))
        return 1
    if hosts := [count for count in left if count.reason is LeftReason.ANOTHER_HOST and count.host]:
        finding = replace(finding, options={**finding.options, "hosts": [count.host for count in hosts][:3]})
    click.echo(printable(detect.line(finding, identity=identity)))
    for line in _advice(app, finding, identity):
        terminal.note(printable(line))
    if finding.platform == "papers_page":
        terminal.note(printable(f"From this page alone: {summary(left, taken, finding.options)}."))
    return 0


def _of_the_page(
    source: Source, finding: Detected, capture: Capture, today: date
) -> tuple[int, tuple[LeftCount, ...]]:
    """How many papers the line would take from the page that was looked at, and what it would leave."""
    from crawler.platforms import PLATFORMS

    if finding.platform != "papers_page":
        return 0, ()
    platform, tally, taken = PLATFORMS[finding.platform], Tally(), set[str]()
    [fetch] = platform.start(source, *source.window.around(today))
    try:
        found = list(platform.parse(source, fetch, capture))
    except PaperwatchError:
        return 0, ()
    for each in found:
        if isinstance(each, Document):
            taken.add(each.url)
        elif isinstance(each, Left):
            tally.add(each)
    return len(taken), tally.counts(taken)


def _advice(app: App, finding: Detected, identity: str) -> Iterable[str]:
    from crawler.tools.detect import kind_is_a_guess

    yield f"This is {finding.system}: {finding.why}."
    for known in app.sources.values():
        if known.url.rstrip("/").casefold() == finding.url.rstrip("/").casefold():
            yield f"It is known already, as {known.id}. Try that line:"
            yield f"  paperwatch sources check {known.id}"
            return
    if kind_is_a_guess(finding):
        yield f"The kind is a guess, for nothing says it. The kinds are {', '.join(BodyKind)}."
    yield f"Correct name and kind, then add the line to {app.data / 'sources' / f'{finding.platform}.toml'}"
    yield f"(or to crawler/sources/{finding.platform}.toml, to ship it), and try it:"
    yield f"  paperwatch sources check {identity}"


@sources.command("check")
@click.argument("source")
@click.option(
    "--papers", type=click.IntRange(min=0), default=5, show_default=True, help="How many papers to fetch."
)
@SINCE
@TODAY
@pass_app
def check_source(app: App, source: str, papers: int, since: date | None, today: date | None) -> int:
    """Walk one source live and show what is fetched and would be recorded. Nothing is kept.

    Of the papers only the first few are fetched. The last line says what is taken, what is left and why, and
    which key of its line would take it.
    """
    from cli.app.source_walk import walk
    from crawler.platforms import PLATFORMS
    from crawler.tools.recording_platform import RecordingPlatform

    day = today or local_today()
    [chosen] = since_day([_source(app, source)], since, day)
    if chosen.note:
        click.echo(f"note: {printable(chosen.note)}")
    if chosen.platform not in PLATFORMS:
        click.echo(f"{SourceState.MANUAL}: its papers are added by hand")
        return 0
    asked: set[str] = set()
    overheard = RecordingPlatform(PLATFORMS[chosen.platform], _teller(chosen, papers, asked))
    report = walk(app, chosen, overheard, day, lambda reports: _say_fetched(reports, asked))
    _tell_problems(report)
    click.echo(
        f"{counted(report.requests, 'request')}, {counted(report.bytes, 'byte')}: "
        f"{counted(report.meetings, 'meeting')}, {counted(report.documents, 'paper')} listed."
    )
    click.echo(printable(f"{report.state}: {_outcome(report, chosen.options)}"))
    return 0 if report.state in WELL else 1


def _say_fetched(reports: Reports, asked: Container[str]) -> None:
    """Which papers were fetched, of those that the check asked for, and which could not be."""
    for row in reports.papers():
        if row.url not in asked:
            continue
        if row.sha256:
            click.echo(printable(f"fetched: {row.title!r}  {row.media_type or 'no type'}  {row.url}"))
        elif row.reason:
            click.echo(printable(f"not fetched: {row.title!r}  {row.reason}  {row.url}"))


def _outcome(report: SourceReport, options: Mapping[str, Any]) -> str:
    """The one line that a check ends with: what is taken, what is left and why, which key to add."""
    if report.state is SourceState.PARTLY and report.left:  # its reason is a part of the same
        return summary(report.left, report.documents, options)
    if not (report.documents or report.meetings or report.left):
        return report.reason
    said = summary(report.left, report.documents, options)
    return f"{report.reason}; {said}" if report.reason else said


def _teller(source: Source, papers: int, asked: set[str]) -> Callable[[Step], Iterable[Found]]:
    """Prints each step as it happens; lets the engine fetch up to its limit of papers, noted in `asked`."""
    from cli.app.source_walk import described_step

    left = papers

    def listen(step: Step) -> Iterable[Found]:
        nonlocal left
        for line in described_step(source, step):
            click.echo(line)
        for found in step.found:
            if isinstance(found, Document) and found.url and not found.restricted:
                left -= 1
                if left >= 0:
                    asked.add(found.url)
                    yield found
                else:  # a paper without an address is listed and not fetched
                    yield replace(found, url="")
            else:
                yield found

    return lambda step: list(listen(step))


@sources.command("case")
@click.argument("source")
@click.option("--step", required=True, help="The platform's step, as `sources check` shows it; or start.")
@click.option("--url", default="", help="The page of that step; none: the first that is asked for.")
@click.option("--name", default="", help="Of the case's folder; none: from the source and the step.")
@click.option("--to", type=click.Path(path_type=Path), help="Folder of the cases; none: tests/platforms.")
@TODAY
@pass_app
def save_case(
    app: App, source: str, step: str, url: str, name: str, to: Path | None, today: date | None
) -> int:
    """Save an answer as a golden case of its platform, for the tests.

    The source is walked until it asks for the page, so that the case has all that the platform is given with
    it. No paper is fetched.
    """
    from cli.app.source_walk import walk
    from crawler.platforms import PLATFORMS
    from crawler.tools import golden_case
    from crawler.tools.recording_platform import RecordingPlatform

    chosen = _source(app, source)
    if chosen.platform not in PLATFORMS:
        raise ConfigError(f"{source}: its papers are added by hand, so it has no page to save")
    name = name or f"{chosen.id}-{re.sub(r'[^a-z0-9]+', '-', step.lower()).strip('-')}"
    if not _CASE.fullmatch(name):
        raise ConfigError(f"--name {name}: a folder's name has lower-case letters, digits, - and _ only")
    folder = (to or golden_case.ROOT) / chosen.platform / name
    day = today or local_today()
    if step == "start":
        golden_case.save_case(folder, chosen, day, None, None)
    else:
        catcher = _Catcher(step, url)
        report = walk(app, chosen, RecordingPlatform(PLATFORMS[chosen.platform], catcher.listen), day)
        if catcher.caught is None:
            _tell_problems(report)
            asked = "".join(f"\n  {each}" for each in catcher.seen)
            raise ConfigError(f"{source}: no page of step {step!r} {url} was read; read were:{asked}")
        golden_case.save_case(folder, chosen, day, *catcher.caught)
    click.echo(folder)
    terminal.note(
        "Rewrite what it holds in your own words and leave people's names out: no other site's page is kept\n"
        "here. Then run tests/crawler/test_platforms.py: it writes expected.json, which is yours to read."
    )
    return 0


class _Catcher:
    """Lets a walk go on until the page that is looked for has come."""

    def __init__(self, step: str, url: str) -> None:
        self.caught: tuple[Fetch, Capture] | None = None
        self.seen: list[str] = []
        self._step = step
        self._url = url

    def listen(self, step: Step) -> Sequence[Found]:
        if self.caught is not None:
            return ()
        if step.fetch is not None and step.capture is not None:
            self.seen.append(f"{step.fetch.step}  {step.fetch.url}")
            if step.fetch.step == self._step and self._url in {"", step.fetch.url, step.capture.url}:
                self.caught = step.fetch, step.capture
                return ()
        return [found for found in step.found if isinstance(found, Fetch)]


def _rows(app: App) -> list[dict[str, Any]]:
    """The rows of `status` with what only the lines say."""
    known = app.sources
    nothing = Source(id="", name="", kind="", platform="", url="")
    return [
        {**row, "region": line.region, "note": line.note, "insecure_tls": line.insecure_tls}
        for row in source_rows(app)
        for line in (known.get(row["id"], nothing),)
    ]


def _source(app: App, identity: str) -> Source:
    from crawler.lines import registry

    [source] = registry.select(app.sources, [identity])
    return source


def _tell_problems(report: SourceReport) -> None:
    for problem in report.problems:
        click.echo(f"problem: {printable(problem)}", err=True)


COMMANDS = (sources,)
