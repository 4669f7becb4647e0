"""How values go to PostgreSQL and come back, where its ways are not SQLite's."""

from __future__ import annotations

from typing import Any

from psycopg.adapt import Loader
from psycopg.types.string import StrDumper
from typing_extensions import override

from storage.engines.ports import NUL_SHOWN


class _Text(StrDumper):
    """PostgreSQL keeps no NUL in a text: a site's title may hold one."""

    @override
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\x00", NUL_SHOWN) if "\x00" in obj else obj)


class _Whole(Loader):
    """A sum of whole numbers is one, not a Decimal."""

    @override
    def load(self, data: Any) -> int | float:
        said = bytes(data)
        return float(said) if b"." in said else int(said)


def adapt(connection: Any) -> None:
    connection.adapters.register_dumper(str, _Text)
    connection.adapters.register_loader("numeric", _Whole)
