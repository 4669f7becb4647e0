"""Changes the code a little, one change at a time, and asks whether a test notices: `make mutate`.

    python -m tests.mutate [MODULE...] [--sample N] [--jobs N] [--floor 0.95]

Each change is tried in a fork of this process, in memory: no file is touched. What no test noticed is named.
Only the tests that reach the changed lines are asked, quickest first.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 3_600  # a change that hangs is noticed
MEMORY = Path("/dev/shm")  # where archives of tests lie if it is there: it waits for no disk
_TOLD = "storage/test_outbox.py storage/test_overtaken.py storage/test_ledger.py"
_ASKED = "alerts/test_subscribed.py"
_KEPT = "cli/test_following.py"  # readers' lists
_NEAR, _LONG = "pipeline/test_machine.py cli/test_readers.py", "storage/test_telling_state_machine.py"
# The tests of each module.
TESTS = {
    "storage.subscribers.outbox": f"storage/test_told.py {_TOLD} alerts/test_bounces.py {_NEAR}",
    "storage.subscribers.unreported_hits": f"storage/test_told.py storage/test_firsts.py {_TOLD} {_ASKED}",
    "storage.subscribers.superseded_papers": f"storage/test_overtaken.py {_LONG}",
    "storage.subscribers.watch_lists": f"{_KEPT} {_TOLD} {_ASKED} cli/test_readers.py",
    "storage.subscribers.subscribers": f"{_KEPT} {_TOLD} {_ASKED} alerts/test_bounces.py {_NEAR}",
    "storage.subscribers.bounces": "alerts/test_bounces.py",
    "alerts.bounces.codes": "alerts/test_bounces_read.py",
    "alerts.bounces.reports": "alerts/test_bounces_read.py alerts/test_bounces.py",
    "pipeline.digest": f"{_ASKED} {_TOLD} alerts/test_render.py",
    "pipeline.health.machine": "pipeline/test_machine.py",
    "pipeline.health.run_state": "crawler/test_health.py cli/test_journal.py",
}
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or,
    ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip
NARROWING = {
    "and_",
    "or_",
    "where",
    "values",
    "group_by",
    "order_by",
}  # each argument of these says something
ALIKE = {"asc", "label", "TYPE_CHECKING"}


@dataclass(frozen=True)
class Change:
    lines: range  # of the statement it stands in
    in_function: bool  # else it is run when the module is loaded
    what: str
    tree: ast.Module  # the whole module with it


def changes(tree: ast.Module) -> Iterator[Change]:
    nodes = [node for node in ast.walk(tree) if not _is_words(node)]
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for number, node in enumerate(nodes):
        for what, change in _of(node):
            changed = copy.deepcopy(tree)
            twin = [each for each in ast.walk(changed) if not _is_words(each)][number]
            change(twin)
            yield Change(*_place(node, parents), what, ast.fix_missing_locations(changed))


def _place(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> tuple[range, bool]:
    while not isinstance(node, ast.stmt):
        node = parents[node]
    body = getattr(node, "body", None)
    lines = range(node.lineno, (body[0].lineno if body else node.end_lineno + 1))
    while not isinstance(node, ast.Module):
        node = parents[node]
        if isinstance(node, ast.FunctionDef):
            return lines, True
    return lines, False


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _of(node: ast.AST) -> Iterator[tuple[str, object]]:  # noqa: C901 - a table of changes
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in OTHER:
            yield "compared otherwise", lambda n: setattr(n, "ops", [OTHER[type(operator)]()])
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator) if type(operator) in OTHER:
            yield "another operator", lambda n: setattr(n, "op", OTHER[type(operator)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "not negated", lambda n: setattr(n, "op", ast.UAdd()) or _become(n, n.operand)
        case ast.Constant(value=bool(value)):
            yield f"{not value}", lambda n: setattr(n, "value", not value)
        case ast.Constant(value=int(value)):
            yield f"{value + 1}", lambda n: setattr(n, "value", value + 1)
        case ast.If() | ast.IfExp() if not (isinstance(node.test, ast.Name) and node.test.id in ALIKE):
            yield "always", lambda n: setattr(n, "test", ast.Constant(value=True))
            yield "never", lambda n: setattr(n, "test", ast.Constant(value=False))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in NARROWING:
            for at in range(len(node.args)) if len(node.args) > 1 or name == "where" else ():
                yield f"{name} without argument {at + 1}", lambda n, at=at: n.args.pop(at)
            for at in range(len(node.keywords)) if name == "values" and len(node.keywords) > 1 else ():
                yield f"values without {node.keywords[at].arg}", lambda n, at=at: n.keywords.pop(at)
        case ast.Call(func=ast.Attribute(attr="desc", value=value)):
            yield "the other order", lambda n: _become(n, n.func.value)
        case ast.Expr(value=ast.Call()):
            yield "left out", lambda n: setattr(n, "value", ast.Constant(value=None))
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield "returns nothing", lambda n: setattr(n, "value", ast.Constant(value=None))


def _become(node: ast.AST, other: ast.AST) -> None:
    node.__class__ = other.__class__
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives out one module with its change in place of the file's."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.module, self.path = module, ROOT / f"{module.replace('.', '/')}.py"
        self.code = compile(tree, str(self.path), "exec")

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.module else None

    def exec_module(self, module):
        module.__file__ = str(self.path)
        exec(self.code, module.__dict__)


class Reach:
    """Sees which tests reach which lines of a module, and how long each takes."""

    def __init__(self, module: str) -> None:
        self.path = str(ROOT / f"{module.replace('.', '/')}.py")
        self.coverage = coverage.Coverage(data_file=None, include=[self.path], config_file=False)
        self.seconds: dict[str, float] = {}
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.coverage.switch_context(item.nodeid)
        began = time.monotonic()
        done = yield
        self.seconds[item.nodeid] = time.monotonic() - began
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        """What is made once for a whole file is reached by all tests of the file."""
        if fixturedef.scope == "function":
            return (yield)
        self.coverage.switch_context(request.node.nodeid.partition("::")[0])
        made = yield
        self.coverage.switch_context(request._pyfuncitem.nodeid)
        return made

    def found(self) -> dict[int, list[str]]:
        """The tests that reach each line, the quickest first; of line 0 all."""
        self.coverage.stop()
        reached = defaultdict(set)
        for line, contexts in self.coverage.get_data().contexts_by_lineno(self.path).items():
            for context in contexts:
                of_file = (name for name in self.seconds if name.startswith(f"{context}::"))
                reached[line].update({context} & self.seconds.keys(), of_file if context else ())
        reached[0].update(self.seconds)
        return {line: sorted(names, key=self.seconds.__getitem__) for line, names in reached.items()}


@contextmanager
def ready_archives() -> Iterator[None]:
    """An empty archive is a copy of one made before, in place of twenty migrations for each test."""
    from sqlalchemy import make_url

    from storage import migrations
    from storage.engines.sqlite.connecting import open_engine, sqlite_url

    usual = migrations.upgrade
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        tempfile.tempdir = folder
        os.environ["TMPDIR"] = folder
        (Path(folder) / "ready").mkdir()
        url = sqlite_url(Path(folder) / "ready")
        made = open_engine(url)
        usual(made)
        with made.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        made.dispose()

        def upgrade(engine) -> bool:
            file = Path(make_url(engine.url).database)
            if file.is_file() and not file.stat().st_size:
                shutil.copyfile(Path(url.database), file)
                return True
            return usual(engine)

        migrations.upgrade = upgrade
        yield


def ask(tests: list[str], *plugins: object, said: str = os.devnull) -> int:
    """Run these tests in this process, silently; what they say goes into a file."""
    silent = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    place = tempfile.mkdtemp()
    words = ["-x", "-q", "-p", "no:cacheprovider", f"--basetemp={place}/t"]
    try:
        return pytest.main([*words, *tests], plugins=list(plugins))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def baseline(module: str) -> dict[int, list[str]]:
    """Who reaches what; loads into this process all that the tests need and that needs no such module."""
    reader, writer = os.pipe()
    words = f"{tempfile.gettempdir()}/said"
    child = os.fork()
    if child == 0:
        os.close(reader)
        before = set(sys.modules)
        reach = Reach(module)
        code = ask([str(ROOT / "tests" / name) for name in TESTS[module].split()], reach, said=words)
        loaded = [name for name in sys.modules if name not in before]
        with os.fdopen(writer, "w") as said:
            json.dump([int(code), list(reach.found().items()), loaded], said)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        code, reached, loaded = json.load(said)
    os.waitpid(child, 0)
    if code:
        sys.exit(f"the tests of {module} fail without any change:\n{Path(words).read_text()[-4_000:]}")
    _preload(module, loaded)
    return dict(reached)


class _Kept(importlib.abc.MetaPathFinder):
    """Refuses one module, and so whatever needs it."""

    def __init__(self, module: str) -> None:
        self.module = module

    def find_spec(self, name, path, target=None):
        if name == self.module or (name.startswith("tests.") and ".test_" in name):
            raise ImportError(name)


def _preload(module: str, names: list[str]) -> None:
    keeper = _Kept(module)
    sys.meta_path.insert(0, keeper)
    for name in names:
        if not name.startswith(("_", "conftest", "test_")) and "." + "conftest" not in name:
            with suppress(Exception):
                importlib.import_module(name)
    sys.meta_path.remove(keeper)


def notices(module: str, change: Change, reached: dict[int, list[str]]) -> bool:
    names = {name for line in change.lines for name in reached.get(line, [])}
    tests = [name for name in reached[0] if name in names or not change.in_function]
    if not tests:
        return False
    child = os.fork()
    if child == 0:
        failed = True  # whatever else ends the tests: the copy must not go on with the next change
        try:
            os.setsid()
            sys.meta_path.insert(0, _Changed(module, change.tree))
            failed = ask([str(ROOT / name) for name in tests]) != 0
        finally:
            os._exit(int(failed))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("modules", nargs="*", default=list(TESTS))
    asked.add_argument("--sample", type=int, default=0, help="so many changes of each module; 0 is all")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--floor", type=float, default=0.95)
    given = asked.parse_args()
    if unknown := ", ".join(set(given.modules) - set(TESTS)):
        asked.error(f"{unknown}: no tests are named for it in TESTS. There are {', '.join(TESTS)}.")
    os.chdir(ROOT)
    shares = []
    # Each in a process of its own: what is loaded for one is in the way of another.
    for module in given.modules:
        child = os.fork()
        if child == 0:
            with ready_archives():
                share = _share(module, given.sample, given.jobs)
            os._exit(int(share < given.floor))
        shares.append(os.waitpid(child, 0)[1])
    return int(any(shares))


def _share(module: str, sample: int, jobs: int) -> float:
    """Of the changes of one module, the share that is noticed; prints the others."""
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    reached = baseline(module)
    every = list(changes(ast.parse(source)))
    if sample and sample < len(every):
        every = sorted(random.Random(module).sample(every, sample), key=lambda each: each.lines.start)
    lines = source.splitlines()

    def tried(change: Change) -> bool:
        seen = notices(module, change, reached)
        if not seen:
            line = change.lines.start
            print(f"  not noticed: {module}:{line}: {change.what}: {lines[line - 1].strip()}", flush=True)
        return seen

    with ThreadPoolExecutor(jobs) as pool:
        noticed = list(pool.map(tried, every))
    share = sum(noticed) / len(noticed)
    print(f"{module}: {sum(noticed)} of {len(noticed)} changes noticed ({share:.1%})", flush=True)
    return share


if __name__ == "__main__":
    sys.exit(main())
