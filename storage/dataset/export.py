"""Writing an export: a folder with its tables, what their columns mean, and the SHA-256 of each file."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.english import counted, instant
from pipeline.errors import ConfigError, StorageError
from storage.database import now
from storage.dataset.formats import FORMATS, SEARCHED
from storage.dataset.tables import TABLES, kept_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from storage.database import Database
    from storage.dataset.formats import Filled
    from storage.dataset.tables import Values

README, SUMS = "README.md", "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    rows: Mapping[str, int]  # by table
    kept_back: int  # papers without their text
    files: tuple[str, ...]


def export(database: Database, form: str, folder: Path) -> Exported:
    """Write all tables as they are at one moment, whatever is written to the archive meanwhile.

    The folder is whole or not there. Returns what is in it. Raises ConfigError and StorageError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} exists and is not an empty folder: an export overwrites nothing")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # of an export that was stopped
    try:
        unfinished.mkdir(parents=True)
        done = _filled(database, form, unfinished)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except OSError as error:
        raise StorageError(f"{folder}: the export could not be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return done


def _filled(database: Database, form: str, folder: Path) -> Exported:
    counts: dict[str, int] = {}
    moment = now()
    with database.reading() as connection:
        without = kept_back(connection)
        FORMATS[form](folder, _tables(connection, counts))
    (folder / README).write_text(readme(form, counts, without, moment), encoding="utf-8")
    files = sorted(path.name for path in folder.iterdir())
    (folder / SUMS).write_text("".join(f"{_sha256(folder / name)}  {name}\n" for name in files))
    return Exported(rows=counts, kept_back=without, files=(*files, SUMS))


def _tables(connection: Connection, counts: dict[str, int]) -> Iterator[Filled]:
    for table in TABLES:
        counts[table.name] = 0
        yield table, _counted(table.rows(connection), table.name, counts)


def _counted(rows: Iterator[Values], name: str, counts: dict[str, int]) -> Iterator[Values]:
    for row in rows:
        counts[name] += 1
        yield row


def _sha256(path: Path) -> str:
    """Of the file, which is on the disk when this returns."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def readme(form: str, counts: Mapping[str, int], without: int, moment: datetime) -> str:
    """Returns what people need to know who open the folder, in Markdown."""
    left = (
        f"{counted(without, 'paper is', 'papers are')} withheld or removed: `state` and `reason` say so, "
        "and the text and mentions are left out."
        if without
        else "No paper is withheld or removed."
    )
    lines = [
        "# Papers of the English health service, from Paperwatch",
        "",
        f"Exported on {instant(moment)} as {form}. All tables are of one moment. {left}",
        "",
        "Older versions of papers are left out, and so is everything about readers of the archive. Papers",
        "belong to their bodies: check the original at `url` before you rely on one, and ask its body before",
        "you publish it again.",
        "",
        f"`sha256sum -c {SUMS}` checks the files. Instants are in UTC; days and times are those of England.",
    ]
    if form == "sqlite":
        names = ", ".join(f"`{name}_fts`" for name in SEARCHED)
        lines.append(f"Full-text tables: {names}.")
    if form == "csv":
        lines.append("Cells hold what was read: a spreadsheet may take one that begins with = for a formula.")
    for table in TABLES:
        size = counted(counts.get(table.name, 0), "row")
        lines += [
            "",
            f"## {table.name} ({size})",
            "",
            table.about,
            "",
            "| column | holds | is |",
            "|---|---|---|",
        ]
        lines += [f"| `{column.name}` | {column.kind} | {column.about} |" for column in table.columns]
        lines += ["", f"Each row has its own {' and '.join(f'`{name}`' for name in table.key)}."]
    return "\n".join(lines) + "\n"
