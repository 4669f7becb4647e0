"""`add`: papers that a person hands in, with their own provenance."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import progress
from cli.lock import run_lock
from cli.options import DAY, Command, pass_house
from cli.run import Account, extract_stage, say_found
from cli.wire import House, local_today
from pipeline.errors import ConfigError
from pipeline.model import Document, DocumentKind, Meeting, Outcome, Revision, Source, SourceState
from pipeline.ports import SourceReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROVENANCE = "added by hand"
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@click.command("add", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--body", required=True, help="Id of the body whose papers these are.")
@click.option("--meeting", type=DAY, help="Date of the meeting they belong to.")
@click.option("--title", default="", help="Title, where the file's name does not say it (one file only).")
@click.option("--url", default="", help="Where the paper is published, if it is.")
@pass_house
def add(house: House, paths: tuple[Path, ...], body: str, meeting: date | None, title: str, url: str) -> int:
    """Add papers by hand: files, folders, zip packs. They are read and flagged at once."""
    files = list(_files(paths))
    if title and len(files) != 1:
        raise ConfigError(f"--title names one paper, but {len(files)} files were given")
    source = _source(house, body)
    account = Account()
    house.look_over()
    with run_lock(house.data), progress.bar() as tell:
        _keep(house, source, files, meeting, title, url, account)
        found = extract_stage(house, tell, account)
        say_found(found + house.flag(tell), account)
    return account.close()


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file with the name it is known by: all are found readable before the first is taken."""
    for path in paths:
        if path.is_dir():
            inside = sorted(inner for inner in path.rglob("*") if inner.is_file())
            yield from ((inner, str(inner.relative_to(path))) for inner in inside)
        elif path.is_file():
            yield path, path.name
        else:
            raise ConfigError(f"{path}: no such file or folder")


def _source(house: House, body: str) -> Source:
    if not _ID.fullmatch(body):
        raise ConfigError(f"--body {body}: an id has lower-case letters, digits and hyphens only")
    known = next((source for source in house.sources.values() if source.body_id == body), None)
    return Source(
        id=f"by-hand-{body}",
        name=known.name if known else body,
        kind=known.kind if known else "by-hand",
        platform="manual",
        url="",
        body=body,
        codes=known.codes if known else {},
    )


def _keep(
    house: House,
    source: Source,
    files: Sequence[tuple[Path, str]],
    meeting: date | None,
    title: str,
    url: str,
    account: Account,
) -> None:
    archive = house.archive
    archive.blobs.sweep()
    run = archive.catalogue.begin([source], local_today())
    meeting_key = None
    if meeting is not None:
        meeting_key = meeting.isoformat()
        archive.catalogue.record_meeting(
            run,
            Meeting(
                source_id=source.id,
                key=meeting_key,
                body_name="",
                title=f"Meeting of {meeting}",
                starts_on=meeting,
            ),
        )
    new = 0
    for path, name in files:
        sha256, size = _copy(house, path)
        # Two files of one name are two papers: nobody said that one replaces the other.
        key = f"{name}#{sha256[:16]}"
        archive.catalogue.record_document(
            run,
            Document(
                source_id=source.id,
                key=key,
                title=title or Path(name).name,
                kind=DocumentKind.OTHER,
                url=url,
                meeting_key=meeting_key,
            ),
        )
        outcome = archive.catalogue.record_revision(
            run,
            Revision(
                source_id=source.id,
                document_key=key,
                sha256=sha256,
                size=size,
                media_type="",
                fetched_at=datetime.now(UTC),
                urls=(url,) if url else (),
                provenance=PROVENANCE,
            ),
        )
        new += outcome is Outcome.NEW
    archive.catalogue.finish(
        run,
        SourceReport(source_id=source.id, state=SourceState.MANUAL, documents=len(files), new=new),
        (),
    )
    archive.catalogue.end(run)
    account.say(f"Added {new} papers by hand to {source.body_id}; {len(files) - new} were there already.")


def _copy(house: House, path: Path) -> tuple[str, int]:
    temporary = house.archive.blobs.temporary()
    try:
        shutil.copyfile(path, temporary)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"{path}: cannot be copied: {error.strerror}") from error
    return house.archive.blobs.adopt(temporary)


COMMANDS = (add,)
