"""Changes the code a little, one change at a time, and asks whether a test notices: `make mutate`.

    python -m tests.mutate [MODULE...] [--sample N] [--jobs N] [--floor 0.95]

Each change is tried in a fork of this process, in memory: no file is touched. What no test noticed is named.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 3_600  # a change that hangs is noticed
HEAVY = "sqlalchemy alembic.config jinja2 css_inline aiosmtpd.controller msgspec click"
_TOLD = "storage/test_outbox.py storage/test_overtaken.py storage/test_ledger.py"
_NEAR, _LONG = "pipeline/test_machine.py cli/test_readers.py", "storage/test_telling_state_machine.py"
# The tests of each module, quickest and nearest first; the others are asked only of what these let through.
TESTS = {
    "storage.subscribers.outbox": f"{_TOLD} alerts/test_bounces.py {_NEAR}",
    "storage.subscribers.unreported_hits": f"{_TOLD} alerts/test_subscribed.py storage/test_firsts.py",
    "storage.subscribers.superseded_papers": f"storage/test_overtaken.py {_LONG}",
    "storage.subscribers.watch_lists": f"{_TOLD} alerts/test_subscribed.py cli/test_readers.py",
    "storage.subscribers.bounces": "alerts/test_bounces.py",
    "alerts.bounces.codes": "alerts/test_bounces_read.py",
    "alerts.bounces.reports": "alerts/test_bounces_read.py alerts/test_bounces.py",
    "pipeline.digest": f"alerts/test_subscribed.py {_TOLD} alerts/test_render.py",
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


def changes(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Each change: the line, what it is, and the whole module with it."""
    nodes = [node for node in ast.walk(tree) if not _is_words(node)]
    for number, node in enumerate(nodes):
        for what, change in _of(node):
            changed = copy.deepcopy(tree)
            twin = [each for each in ast.walk(changed) if not _is_words(each)][number]
            change(twin)
            yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(changed)


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


def notices(module: str, tree: ast.Module) -> bool:
    child = os.fork()
    if child == 0:
        os.setsid()
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        sys.meta_path.insert(0, _Changed(module, tree))
        tests = [str(ROOT / "tests" / name) for name in TESTS[module].split()]
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])
        os._exit(int(code != 0))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.1)
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
    for name in HEAVY.split():
        importlib.import_module(name)
    return int(min(_share(module, given.sample, given.jobs) for module in given.modules) < given.floor)


def _share(module: str, sample: int, jobs: int) -> float:
    """Of the changes of one module, the share that is noticed; prints the others."""
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert not notices(module, ast.parse(source)), f"the tests of {module} fail without any change"
    every = list(changes(ast.parse(source)))
    if sample and sample < len(every):
        every = sorted(random.Random(module).sample(every, sample), key=lambda change: change[0])
    with ThreadPoolExecutor(jobs) as pool:
        noticed = list(pool.map(lambda change: notices(module, change[2]), every))
    lines = source.splitlines()
    for (line, what, _), seen in zip(every, noticed, strict=True):
        if not seen:
            print(f"  not noticed: {module}:{line}: {what}: {lines[line - 1].strip()}")
    share = sum(noticed) / len(noticed)
    print(f"{module}: {sum(noticed)} of {len(noticed)} changes noticed ({share:.1%})", flush=True)
    return share


if __name__ == "__main__":
    sys.exit(main())
