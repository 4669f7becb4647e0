"""The tests of the stores once more, each with a database of PostgreSQL under the archives that it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage import engines
from storage.engines import postgres as kind
from tests.helpers import postgres
from tests.helpers.quick_archives import Compiled

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL, Engine


# Of the stores' tests those in which an engine could most easily be another one; the rest is for `make soak`.
USUAL = {
    "catalogue", "collections", "custody", "firsts", "ledger", "log", "neighbours", "page_refs", "texts",
}  # fmt: skip


def pytest_collection_modifyitems(items, config):
    again = [item for item in items if item.path.stem.endswith("_on_postgres")]
    of_sqlite = [item for item in again if item.get_closest_marker("sqlite")]
    items[:] = [item for item in items if item not in of_sqlite]
    config.hook.pytest_deselected(items=of_sqlite)
    for item in items:
        name = item.path.stem.removeprefix("test_").removesuffix("_on_postgres")
        if item.path.stem.endswith("_on_postgres") and name not in USUAL:
            item.add_marker(pytest.mark.soak)


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> postgres.Server:
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if own.name.startswith("popen-") else own  # what the workers of one session share
    return postgres.start(shared)


class Opened:
    """Databases and engines since it was made."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        self.databases: dict[Path, URL] = {}
        self.engines: list[Engine] = []

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()
        for url in self.databases.values():
            self.server.drop(url)


@pytest.fixture(scope="module", autouse=True)
def on_postgres(server):
    """Whoever opens the archive of a data folder gets a database of its own, where no address is given."""
    scopes = [Opened(server)]
    address, open_engine, compiled = engines.address, kind.open_engine, Compiled()

    def found(given: str, data: Path) -> URL:
        if given:
            return address(given, data)
        for scope in scopes:
            if data in scope.databases:
                return scope.databases[data]
        return scopes[-1].databases.setdefault(data, server.new())

    def noted(url: URL) -> Engine:
        engine = open_engine(url)
        engine.update_execution_options(compiled_cache=compiled)
        scopes[-1].engines.append(engine)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "address", found)
        patch.setattr(kind, "open_engine", noted)
        yield scopes
    scopes[0].close()


@pytest.fixture(autouse=True)
def closed_again(on_postgres, server):
    """What one test opens is closed with it."""
    on_postgres.append(Opened(server))
    yield
    on_postgres.pop().close()
