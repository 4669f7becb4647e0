"""What to do about what a PostgreSQL server says: its own sentence, and ours after it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAKE = "createdb --template=template0 --encoding=UTF8 --locale=C"
KEPT = "what was finished is kept, and the next call goes on from there"
# Of what the settings name wrongly: no waiting helps.
CORRECTIONS = {
    r"permission denied": "make the database the user's own: ALTER DATABASE … OWNER TO …",
    r'database "[^"]*" does not exist': f"make it with `{MAKE} NAME`, or name another one in [storage] url",
    r'role "[^"]*" does not exist': "make the user with `createuser`, or name another one in [storage] url",
    r"authentication failed|no password supplied|no pg_hba.conf entry": "write the password into ~/.pgpass, "
    "or let the user in by the server's pg_hba.conf",
    r"Name or service not known": "correct the host in [storage] url",
}
# By words of the server or its library, from the more to the less certain.
REMEDIES = CORRECTIONS | {
    r"No space left on device|could not extend file": f"make room on the disk of the database; {KEPT}",
    r"lock timeout": "another process has been writing all the while; `paperwatch status` names a run",
    r"read-only transaction": "this server only follows another one: name that one in [storage] url",
    r"too many (?:connections|clients)|remaining connection slots": "raise max_connections of the server: "
    "each `serve` keeps up to 40 connections",
    r"translate host name|name resolution": "see to the network, or correct the host in [storage] url",
}
_CANNOT = re.compile(r"connection (?:failed|is bad): .* failed: (?:FATAL: +)?")


def with_remedy(said: str, *, is_gone: bool) -> str:
    """Returns one sentence; `is_gone` of a connection that was there, or of a server that takes none."""
    first = _CANNOT.sub("", said.partition("\n")[0])
    for words, remedy in REMEDIES.items():
        if re.search(words, said):
            return f"{first}: {remedy}"
    return f"{first}: start the server, or wait for it; {KEPT}" if is_gone else first


def is_of_settings(said: str) -> bool:
    """Whether what the settings name is wrong, and the server is well."""
    return any(re.search(words, said) for words in CORRECTIONS)


@contextmanager
def noted() -> Iterator[None]:
    """What the driver itself raises has its sentence as a note, as what SQLAlchemy raises."""
    from psycopg import Error, OperationalError  # noqa: PLC0415 - psycopg is an extra

    try:
        yield
    except Error as error:
        error.add_note(with_remedy(str(error), is_gone=isinstance(error, OperationalError)))
        raise
