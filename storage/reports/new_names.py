"""Names that are new, as they were last looked for: a file next to the database."""

from __future__ import annotations

import contextlib
import os
from datetime import date, timedelta
from pathlib import Path  # noqa: TC003 - a dataclass's own type
from typing import TYPE_CHECKING

import msgspec

from pipeline.radar import WEEKS, NewName, NewNames
from storage.search_index import new_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.matching.concepts import Concept
    from storage.database import Database

RHYTHM = timedelta(weeks=1)
_FILE = "new-names.json"


class NewNameStore:
    def __init__(self, database: Database, data: Path) -> None:
        self._database, self._path = database, data / _FILE

    def kept(self) -> NewNames | None:
        """What the last look found; None where nobody has looked, or the file was spoilt."""
        with contextlib.suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
            return msgspec.json.decode(self._path.read_bytes(), type=NewNames)
        return None

    def is_due(self, today: date) -> bool:
        """Whether the last look is a week old."""
        kept = self.kept()
        return kept is None or not today - RHYTHM < kept.on <= today

    def found(self, today: date, concepts: Sequence[Concept], weeks: int = WEEKS) -> Sequence[NewName]:
        """The new names in the papers of the last weeks; nothing is kept."""
        with self._database.reading() as connection:
            return new_names.find(connection, today, concepts, weeks)

    def look(self, today: date, concepts: Sequence[Concept]) -> Sequence[NewName]:
        """Look for new names in the papers of the last weeks, and keep what is found."""
        found = NewNames(on=today, names=tuple(self.found(today, concepts)))
        written = self._path.with_suffix(".new")
        written.write_bytes(msgspec.json.encode(found))
        os.replace(written, self._path)  # noqa: PTH105 - one step, or none
        return found.names
