"""`add`: papers that a person hands in, with their own provenance."""

from __future__ import annotations

import errno
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import progress
from cli.app.lock import work_lock
from cli.commands.options import DAY, Command, pass_making_house
from cli.commands.run import Account, extract_stage, say_found
from cli.terminal import note
from pipeline.body_names import kind_of_id, name_of_id
from pipeline.days import local_today
from pipeline.english import BODY_KINDS, counted, short_day
from pipeline.errors import ConfigError
from pipeline.model import BY_HAND, Document, DocumentKind, Meeting, Outcome, Revision, Source, SourceState
from pipeline.ports import SourceReport, Work
from pipeline.text.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.app.context import App
    from pipeline.views import MeetingRow

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SOURCE_PREFIX = "by-hand-"  # begins the id of a source of such papers
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{1,4}$", re.IGNORECASE)


@click.command("add", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--body", required=True, help="Id of the body whose papers these are.")
@click.option("--new-body", is_flag=True, help="Create this body even if its id resembles an existing one.")
@click.option("--meeting", type=DAY, help="Date of the meeting they belong to.")
@click.option("--title", default="", help="Title, where the file's name does not say it (one file only).")
@click.option("--url", default="", help="Where the paper is published, if it is.")
@click.option("--follow-links", is_flag=True, help="Follow symbolic links inside a folder.")
@pass_making_house
def add(
    app: App,
    paths: tuple[Path, ...],
    body: str,
    new_body: bool,
    meeting: date | None,
    title: str,
    url: str,
    follow_links: bool,
) -> int:
    """Add papers by hand: files, folders, zip packs. They are read and flagged at once."""
    from crawler.lines import registry

    files = list(_files(paths, follow_links=follow_links))
    if url and (problem := registry.url_problem(url)):
        raise ConfigError(f"--url {problem}")
    if title and len(files) != 1:
        raise ConfigError(f"--title names one paper, but {len(files)} files were given")
    app.validate_files()
    source = source_by_hand(app, body, new=new_body)
    account = Account()
    with work_lock(app, Work.READ, shared=[Work.CRAWL]), progress.bar() as tell:
        _keep(app, source, files, meeting, title, url, account)
        found = extract_stage(app, tell, account)
        say_found(found + app.flag(tell), account)
    return account.close()


def _files(paths: Sequence[Path], *, follow_links: bool) -> Iterator[tuple[Path, str]]:
    """Every file with the name it is known by; of a folder, those that it does not hide.

    All are found readable before the first is taken.
    """
    for path in paths:
        if path.is_dir():
            for inner in _inside(path, follow_links=follow_links):
                yield inner, _name(str(inner.relative_to(path)))
        elif path.is_file():
            yield path, _name(path.name)
        else:
            raise ConfigError(f"{path}: no such file or folder")


def _inside(folder: Path, *, follow_links: bool, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """The files of a folder in order. What is no file of it, a link above all, is named and left.

    A link may lead to any file of the machine, whose text would then be on the web, or back to a folder
    `above` it.
    """
    here = above | {folder.resolve()}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_symlink() and not follow_links:
            note(f"{path} was left: it is a link; --follow-links takes what it leads to.")
        elif path.is_dir() and path.resolve() in here:
            note(f"{path} was left: it leads back to a folder above it.")
        elif path.is_dir():
            yield from _inside(path, follow_links=follow_links, above=here)
        elif path.is_file():
            yield path
        else:
            note(f"{path} was left: it is no file.")


def _name(path: str) -> str:
    """A file's name may hold any bytes; what is no UTF-8 in it could not be stored."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def title_of(name: str) -> str:
    return one_line(_SUFFIX.sub("", name.rpartition("/")[2])) or name


def source_by_hand(app: App, body: str, *, new: bool) -> Source:
    """The source of a body's papers that are added by hand. Raises ConfigError for an unknown body."""
    if not _ID.fullmatch(body):
        raise ConfigError(f"--body {body}: an id has lower-case letters, digits and hyphens only")
    name, kind = name_of_id(body), kind_of_id(body)
    if body not in app.known_bodies():
        meant = app.suggest_body(body)
        if meant and not new:
            raise ConfigError(f"there is no body {body!r}, {meant} --new-body adds it as it is")
        note(f"{body} is a new body: {name} ({BODY_KINDS[kind]})." + meant.replace("did", " Did", 1))
    known = app.bodies.get(body) or next(
        (each for each in app.sources.values() if each.body_id == body), None
    )
    return Source(
        id=f"{SOURCE_PREFIX}{body}",
        name=known.name if known else name,
        kind=known.kind if known else kind,
        platform="manual",
        url="",
        body=body,
        region=known.region if known else "",
        codes=known.codes if known else {},
    )


def _keep(
    app: App,
    source: Source,
    files: Sequence[tuple[Path, str]],
    meeting: date | None,
    title: str,
    url: str,
    account: Account,
) -> None:
    archive = app.archive
    archive.blobs.sweep()
    app.keep_registry()
    run = archive.catalogue.begin([source], local_today())
    meeting_key = None
    joined = _meeting(app, source.body_id, meeting) if meeting else None
    if meeting is not None and joined is None:
        meeting_key = meeting.isoformat()
        archive.catalogue.record_meeting(run, _meeting_of(source, meeting))
    new = 0
    for path, name in files:
        sha256, size = _copy(app, path)
        document = Document(
            source_id=source.id,
            # Two files of one name are two papers: nobody said that one replaces the other.
            key=f"{name}#{sha256[:16]}",
            title=one_line(title) or title_of(name),
            kind=DocumentKind.OTHER,
            url=url,
            meeting_key=meeting_key,
        )
        archive.catalogue.record_document(run, document)
        outcome = archive.catalogue.record_revision(run, _revision(document, sha256, size))
        new += outcome is Outcome.NEW
        if joined is not None:
            archive.catalogue.join_meeting(source.id, document.key, joined.id)
    archive.catalogue.finish(
        run,
        SourceReport(source_id=source.id, state=SourceState.MANUAL, documents=len(files), new=new),
        (),
    )
    archive.catalogue.end(run)
    known = len(files) - new
    already = f"; {known:,} {'was' if known == 1 else 'were'} there already" if known else ""
    account.say(f"Added {counted(new, 'paper')} by hand to {source.body_id}{already}.")
    if meeting is not None and joined is not None:
        account.say(f"They are with its meeting of {short_day(meeting)}: {joined.committee or 'no name'}.")


def _meeting_of(source: Source, day: date) -> Meeting:
    """One that nobody else lists."""
    return Meeting(
        source_id=source.id, key=day.isoformat(), body_name="", title=f"Meeting of {day}", starts_on=day
    )


def _revision(document: Document, sha256: str, size: int) -> Revision:
    """A paper as a person added it just now."""
    return Revision(
        source_id=document.source_id,
        document_key=document.key,
        sha256=sha256,
        size=size,
        media_type="",
        fetched_at=datetime.now(UTC),
        urls=(document.url,) if document.url else (),
        provenance=BY_HAND,
    )


def _meeting(app: App, body: str, day: date) -> MeetingRow | None:
    """The meeting that a body is known to hold on a day; None if there is not exactly one."""
    found = app.archive.reports.meetings(body=body, since=day, until=day)
    known = [meeting for meeting in found if not meeting.source.startswith(SOURCE_PREFIX)]
    return known[0] if len(known) == 1 else None


def _copy(app: App, path: Path) -> tuple[str, int]:
    temporary = app.archive.blobs.temporary()
    try:
        shutil.copyfile(path, temporary)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise  # no fault of the call: the run has not finished
        raise ConfigError(f"{path}: cannot be copied: {error.strerror}") from error
    return app.archive.blobs.adopt(temporary)


COMMANDS = (add,)
