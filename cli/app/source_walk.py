"""One source walked live for a person: with the real engine, into an archive that is thrown away."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from cli.app.lock import named, run_lock
from pipeline.errors import Busy
from pipeline.model import Document, Doubt, Embedded, Fetch, Left, Listing, Meeting
from pipeline.text.foreign import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from cli.app.context import App
    from crawler.platforms.papers.verdict import Verdict
    from crawler.tools.recording_platform import Step
    from pipeline.model import Found, Source
    from pipeline.ports import Leases, Platform, SourceReport
    from storage.reports.held import Reports


def walk(
    app: App,
    source: Source,
    platform: Platform,
    today: date,
    look: Callable[[Reports], None] = lambda _: None,
) -> SourceReport:
    """Crawl one source by this platform; `look` sees what the archive holds, before it goes.

    Once in a process, as `crawler.run.crawl`. Returns its report. Raises Busy.
    """
    from crawler.run import crawl
    from storage.archive import open_archive

    with _alone(app) as leases, tempfile.TemporaryDirectory(prefix="paperwatch-") as folder:
        archive = open_archive(Path(folder))
        reports = crawl(
            [source],
            today=today,
            catalogue=archive.catalogue,
            blobs=archive.blobs,
            config=app.config.crawl,
            platforms={source.platform: platform},
            flags=app.flags,
            leases=leases,
        )
        look(archive.reports)
    if not reports:
        raise Busy(f"another machine's crawl is reading {source.id} now")
    return reports[0]


@contextmanager
def _alone(app: App) -> Iterator[Leases | None]:
    """Not while a run uses the same data folder: both must not ask one host at once.

    Yields the leases of hosts, where other machines crawl for the same archive.
    """
    if not app.data.is_dir():
        yield None
        return
    with run_lock(app.data), app.archive.leases(named()) if app.has_archive else nullcontext() as leases:
        yield leases


def described_step(source: Source, step: Step) -> Iterator[str]:
    """What the platform made of one answer, in lines for a terminal."""
    if step.fetch is None or step.capture is None:
        yield "start"
    else:
        kind = step.capture.media_type or "no type"
        yield printable(f"{step.fetch.step}  {step.capture.url}  ({kind}, {len(step.capture.body)} bytes)")
    if step.error is not None:
        yield printable(f"  not recognised: {step.error}")
        return
    verdicts = _verdicts(source, step)
    for verdict in verdicts:
        yield printable(_verdict(verdict))
    for found in step.found:
        if not (verdicts and isinstance(found, Fetch | Document)):
            yield printable(_found(found))


def _verdicts(source: Source, step: Step) -> list[Verdict]:
    """Of each link of a page of links: what becomes of it."""
    if source.platform != "papers_page" or step.fetch is None or step.capture is None:
        return []
    from crawler.platforms import papers_page

    return papers_page.explain(source, step.fetch, step.capture)


def _verdict(verdict: Verdict) -> str:
    became = "taken" if verdict.taken else f"follow {verdict.follow}" if verdict.follow else "left"
    about = " ".join(word for word in (verdict.kind or "", verdict.date) if word)
    return f"  {became}: {verdict.text!r} {verdict.url}{f' ({about})' if about else ''}: {verdict.why}"


def _found(found: Found) -> str:
    return f"  {_found_words(found)}"


def _found_words(found: Found) -> str:  # noqa: PLR0911 - a table by type
    match found:
        case Fetch():
            return f"asks {found.step}  {found.url}"
        case Meeting():
            moment = " ".join(str(part) for part in (found.starts_on, found.starts_at) if part)
            return f"meeting  {moment or 'no date'}  {found.body_name}  {found.status}"
        case Document():
            return f"paper  {found.kind}  {found.title!r}  {found.url or 'restricted'}"
        case Embedded():
            return f"text  {found.document.kind}  {found.document.title!r}  on the page itself"
        case Listing():
            return f"whole listing  {found.key}"
        case Doubt():
            return f"doubt  {found.what}"
        case Left():
            what = "page" if found.is_page else "paper"
            return f"left  {found.reason}  {what}  {found.title!r}  {found.url}"
