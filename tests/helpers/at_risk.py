"""An archive on PostgreSQL, an object store and a cluster, each of which can be killed at a chosen moment.

A moment is a number: of the pieces of bytes that a command sends to the database, from its start.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import socket
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import text

from storage.archive import open_archive
from storage.blobs.ports import NOTE
from storage.config import StorageConfig
from tests.alerts.test_channels import serving
from tests.helpers import commands, postgres, s3
from tests.helpers.cluster import Cluster
from tests.helpers.demo_run import NOW, READERS, bodies
from tests.helpers.kill import MENTIONS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

    from cli.demo.standin import StandIn

PIECE = 1 << 16  # bytes
WORKERS = 2
_QUOTES = re.compile(r"THREE THINGS FIRST|NEW PASSAGES")
_MORE = re.compile(r"And \d+ more from .*")
_OTHERS = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
# What each command uses, and so what can be killed under it: "command" is the process itself.
AT_RISK = {
    "crawl": ("command", "database", "session", "store"),
    "extract": ("command", "database", "session", "store", "scheduler", "worker"),
    "flag": ("command", "database", "session"),
    "notify": ("command", "database", "session"),
}
# Added on each day before `flag`, which else finds that all was looked through as it was read.
CONCEPT = """
label = "Beds {day}"
about = "Beds."
wordings = [{{ text = "bed" }}, {{ text = "ward {day}" }}]
[examples]
match = ["A bed.", "The beds.", "Ward {day}."]
no_match = ["A chair.", "A table.", "A window."]
"""
# What is said of a paper, without the numbers of rows and the moments at which things were done.
HELD = {
    "mentions": MENTIONS,
    "pages": text("SELECT sha256, number, text FROM pages"),
    "meetings": text("SELECT source_id, key, starts_on, title, status FROM meetings"),
    "changes": text("SELECT kind, count(*) FROM changes GROUP BY kind"),
    "first mentions": text("SELECT count(*) FROM first_mentions"),
    # Of a change of a paper, the passage is row numbers.
    "told": text("""
        SELECT address, concept_id, CASE WHEN concept_id LIKE 'paper:%' THEN '' ELSE passage END, url
        FROM ledger
        JOIN subscribers ON subscribers.id = subscriber_id JOIN documents ON documents.id = document_id
    """),
    "log": text(
        "SELECT convert_from(content, 'UTF8')::json ->> 'kind', count(*) FROM log_entries GROUP BY 1"
    ),
    "withdrawn": text("SELECT sum(withdrawn) FROM source_runs"),
}


class Way:
    """The way to the database's socket; `at` is called once, at the piece of that number."""

    def __init__(self, there: Path) -> None:
        self._there = there
        self._folder = Path(tempfile.mkdtemp(prefix="pw-way"))
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._folder / there.name))
        self._door.listen()
        self._counting = threading.Lock()
        self._open = 0
        self._changed = threading.Condition()
        self.count(0, lambda: None)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def folder(self) -> Path:
        return self._folder

    def count(self, number: int, at: Callable[[], None], *, first: bool = True) -> None:
        """From now on; the piece of that number comes to the server after the call if the call is `first`."""
        with self._counting:
            self.pieces, self._number, self._at, self._first = 0, number, at, first

    def wait(self) -> None:
        """Until nobody is on it."""
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0)

    def close(self) -> None:
        self._door.close()
        shutil.rmtree(self._folder)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                with self._changed:
                    self._open += 1
                threading.Thread(target=self._lead, args=(here,), daemon=True).start()

    def _lead(self, here: socket.socket) -> None:
        there = socket.socket(socket.AF_UNIX)
        with suppress(OSError), here, there:
            there.connect(str(self._there))
            while all(self._passed(ready, here, there) for ready in select.select([here, there], [], [])[0]):
                pass
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def _passed(self, ready: socket.socket, here: socket.socket, there: socket.socket) -> bool:
        """Returns whether anything came; nothing does at the end."""
        piece = ready.recv(PIECE)
        if ready is there:
            here.sendall(piece)
            return bool(piece)
        with self._counting:
            self.pieces += 1
            at = self._at if self.pieces == self._number else None
        if at and self._first:
            at()
        there.sendall(piece)
        if at and not self._first:
            at()
        return bool(piece)


@dataclass(frozen=True)
class Blow:
    """What is killed, and when; it is started again at once, or once the command has ended."""

    what: str
    number: int
    first: bool = True
    away: bool = False


@dataclass
class Ended:
    """How a command ended, and what it said."""

    command: str
    blow: Blow | None
    fell: bool  # whether the blow fell while it was at work
    code: int
    said: str


class House:
    """The engines, for one archive after the other, and what their commands did."""

    def __init__(self, folder: Path, standin: StandIn, some: Sequence[str] = ()) -> None:
        self._folder, self._standin = folder, standin
        self._bodies = some or bodies(standin)
        self._kept = ExitStack()
        self.ended: list[Ended] = []
        self._gone = ""

    def __enter__(self) -> Self:
        self._mail = self._kept.enter_context(serving())
        self._database = postgres.Mortal()
        self._kept.callback(self._database.close)
        self._store = s3.Server(kept=self._folder / "store")
        self._kept.callback(self._store.close)
        self._bucket = self._store.new_bucket()
        (self._folder / "cluster").mkdir()
        self._cluster = self._kept.enter_context(Cluster(self._folder / "cluster"))
        self._workers = [self._cluster.start_worker() for _ in range(WORKERS)]
        self._way = Way(self._database.socket)
        self._kept.callback(self._way.close)
        self._environment = os.environ | s3.KEYS | {"AWS_ENDPOINT_URL": self._store.url}
        for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT"):
            self._environment.pop(name, None)
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def prepare(self, name: str) -> None:
        """An archive with readers, in which nothing is yet."""
        self._name, self._data = name, self._folder / name
        self._mail.accepted.clear()
        self.ended.clear()
        self._database.ask(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        self._standin.write_lines(self._data)
        way = self._database.url.set(database=name).update_query_dict({"host": str(self._way.folder)})
        (self._data / "paperwatch.toml").write_text(
            f'[storage]\nurl = "{postgres.shown(way)}"\npapers = "s3://{self._bucket}/{name}"\n'
            f'[extract]\ncluster = "{self._cluster.address}"\nworkers = 1\n'
            "[crawl]\nretries = 0\n"
            '[alerts]\nchannel = "smtp"\nsender = "digests@paperwatch.example"\n'
            f'[alerts.smtp]\nhost = "127.0.0.1"\nport = {self._mail.port}\nsecurity = "none"\n'
        )
        self._archive = open_archive(
            self._data, StorageConfig(url=postgres.shown(self._database.url.set(database=name)))
        )
        for address, cadence, concepts in READERS:
            self._archive.readers.subscribe(
                address, channel="mail", cadence=cadence, concepts=concepts, confirmed_at=NOW
            )
        self._archive.database.engine.dispose()

    def command(self, *words: str, blow: Blow | None = None) -> Ended:
        streams = [self._data / "said", self._data / "complained"]
        for path in streams:
            path.write_text("")
        fell = threading.Event()

        def fall() -> None:
            fell.set()
            self._kill(blow, child.pid)

        self._way.count(blow.number if blow else 0, fall, first=not blow or blow.first)
        child = commands.nursery().start(
            "cli.main:main", ["--data", str(self._data), *words], [os.devnull, *streams], self._environment
        )
        code = child.wait(commands.SECONDS)
        self._bring_back()
        self._way.wait()
        self._settle()
        said = "".join(path.read_text() for path in streams)
        self.ended.append(Ended(" ".join(words), blow, fell.is_set(), code, said))
        return self.ended[-1]

    @property
    def pieces(self) -> int:
        return self._way.pieces

    def _kill(self, blow: Blow, process: int) -> None:
        match blow.what:
            case "command":
                os.killpg(process, signal.SIGKILL)
            case "database":
                self._database.kill()
            case "session":
                asked = f"SELECT pid FROM pg_stat_activity WHERE datname = '{self._name}' ORDER BY 1"
                os.kill(self._database.ask(asked)[0][0], signal.SIGKILL)
            case "store":
                self._store.close()
            case "scheduler":
                self._cluster.scheduler.kill()
                self._workers.clear()  # they end by themselves
            case "worker":
                self._workers.pop(0).kill()
        self._gone = blow.what
        if not blow.away:
            self._bring_back()

    def _bring_back(self) -> None:
        """Start what is gone."""
        gone, self._gone = self._gone, ""
        match gone:
            case "database":
                self._database.start()
            case "store":
                self._store.start()
            case "scheduler":
                self._cluster.start_scheduler()
        self._workers += [self._cluster.start_worker() for _ in range(WORKERS - len(self._workers))]

    def _settle(self) -> None:
        """Wait until the server is done with the command; its leases are as a minute and a half later."""
        with self._database.connected(self._name) as connection:
            while connection.execute(_OTHERS, [self._name]).fetchone():
                connection.execute("SELECT pg_sleep(0.02)")
            connection.execute("UPDATE leases SET until = 'yesterday', free_at = 'yesterday'")

    def stages(
        self, days: Sequence[int], blows: Callable[[str], Sequence[Blow]] = lambda _: (), *, flag: bool = True
    ) -> dict[str, int]:
        """The commands on each day, each again until it has done its work, as cron would call them.

        `blows` gives those under which a command is called first. Returns the pieces of bytes that each one
        sent. Without `flag`, which takes the longest, all is flagged as it is read.
        """
        sent: dict[str, int] = {}
        for day in days:
            self._standin.day = day
            today = ("--today", self._standin.today.isoformat())
            words = {
                "crawl": (*self._bodies, *today), "extract": (), "flag": (), "notify": ("--now", *today)
            }  # fmt: skip
            if not flag:
                del words["flag"]
            for command, more in words.items():
                if command == "flag":
                    (self._data / "concepts").mkdir(exist_ok=True)
                    (self._data / "concepts" / f"day-{day}.toml").write_text(CONCEPT.format(day=day))
                waiting = list(blows(f"{command} {day}"))
                while waiting:
                    if self.command(command, *more, blow=waiting.pop(0)).code == 0:
                        break
                else:
                    ended = self.command(command, *more)
                    assert ended.code == 0, ended
                sent[f"{command} {day}"] = self._way.pieces
        return sent

    def held(self) -> dict[str, Any]:
        """All that the archive holds and what was received of it, without what differs from run to run."""
        for words in (("db", "check"), ("log", "verify")):
            ended = self.command(*words)
            assert ended.code == 0, ended
        with self._archive.database.reading() as connection:
            found = {name: Counter(map(tuple, connection.execute(asked))) for name, asked in HELD.items()}
            files = {name for (name,) in connection.execute(text("SELECT sha256 FROM files"))}
        papers = [
            (row.source, row.url, row.title, row.kind, row.state, row.sha256, row.revisions, row.pages)
            for row in self._archive.reports.papers()
        ]
        unsent = self._archive.reports.totals().outbox
        self._archive.database.engine.dispose()
        return found | {
            "papers": Counter(papers),
            "unsent": unsent,
            "files that are no paper": self._names() - files,
            "half done": [*self._left("reading"), *self._left("papers-copies/incoming")],
            "letters": sorted(self._letters()),
        }

    def repeated(self) -> int:
        """How often a message was received once more.

        It is once more where all of its bytes are those of before, its Message-ID with them: by that a
        reader's own program, and a person, sees that it is one message. Any other is in `held` as one more.
        """
        return len(self._mail.accepted) - len({content for _, _, content in self._mail.accepted})

    def _letters(self) -> list[tuple[Any, ...]]:
        """The messages received, each once: two are the same where a reader cannot tell them apart."""
        return [
            (to, *_told_in(content))
            for to, content in {(to, content) for _, (to,), content in self._mail.accepted}
        ]

    def _names(self) -> set[str]:
        names = s3.names(self._store, self._bucket)
        return {name.rpartition("/")[2] for name in names if name.startswith(f"{self._name}/")} - {NOTE}

    def _left(self, folder: str) -> list[str]:
        return [str(path) for path in (self._data / folder).rglob("*")]


def _told_in(content: bytes) -> tuple[Any, ...]:
    """What a message counts. What it quotes of what weighs alike goes by what came first."""
    message = message_from_bytes(content, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    counts, quoted = _QUOTES.split(body.get_content(), maxsplit=1)
    return counts, tuple(sorted(_MORE.findall(quoted)))


def thrown(dice: random.Random, sent: Mapping[str, int], many: int, away: float) -> dict[str, list[Blow]]:
    """Blows by command and day, by the pieces of bytes that each command sends when none falls.

    What a blow takes is there again when its command has ended, in this share of cases, and else at once.
    """
    blows: dict[str, list[Blow]] = {name: [] for name in sent}
    for _ in range(many):
        name = dice.choice(list(sent))
        # A command that is called again has less to do.
        reach = sent[name] >> len(blows[name])
        what = dice.choice(AT_RISK[name.split()[0]])
        blows[name].append(
            Blow(what, dice.randint(1, reach), first=dice.random() < 0.5, away=dice.random() < away)
        )
    return blows
