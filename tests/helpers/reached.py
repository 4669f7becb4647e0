"""Which lines and branches the tests reach, at next to no cost: every statement makes a mark of its own.

Python 3.11 runs everything at half its speed while it is traced, whatever is measured: 155 tests take 9
seconds of a processor, and 17 with no file to measure. `make test` has no time for that. Here the code itself
says where it is: each statement sets a byte, and so does each way that an `if`, `for` or `while` can take.
The bytes are in a file that all processes share: one that is killed has made its marks too.

`prepare` writes the marked code into a folder, `begin` has a process load it from there, `report` counts. Not
counted are what only a type checker reads and, of a `match`, that it has no case: the type checker holds it.
Processes that no helper of the tests begins are not marked. `make coverage` asks coverage.py, for which
such processes count.
"""

from __future__ import annotations

import ast
import importlib.machinery
import json
import marshal
import mmap
import os
import shutil
import sys
import tomllib
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
PACKAGES = ("pipeline", "crawler", "extractors", "storage", "alerts", "web", "cli")
FOLDER = "TESTS_REACHED"  # the variable that names it; not as a setting of Paperwatch is called
NAME = "__reached__"  # what the marks are called in the code


class Mark(NamedTuple):
    line: int
    to: int | None = None  # of a branch: the line it leads to, 0 for what comes after


class Marker:
    """Puts marks into the code of one file, from the number `first` on."""

    def __init__(self, first: int, left_out: set[int]) -> None:
        self.marks: list[Mark] = []
        self._first, self._left_out = first, left_out

    def marked(self, tree: ast.Module) -> ast.Module:
        tree.body = self._body(tree.body)
        return ast.fix_missing_locations(tree)

    def _body(self, body: list[ast.stmt], *branch: Mark) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        waiting = list(branch)
        for each in body:
            if not _is_code(each):
                made.append(each)
                continue
            made += [self._mark(mark, each) for mark in (*waiting, Mark(each.lineno))]
            waiting.clear()
            self._within(each)
            made.append(each)
        return made + [self._mark(mark, None) for mark in waiting]

    def _within(self, each: ast.stmt) -> None:
        match each:
            case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
                endless = isinstance(each, ast.While) and isinstance(each.test, ast.Constant)
                after = each.orelse[0].lineno if each.orelse else 0
                each.body = self._body(
                    each.body, *(() if endless else [Mark(each.lineno, each.body[0].lineno)])
                )
                each.orelse = self._body(each.orelse, *(() if endless else [Mark(each.lineno, after)]))
            case ast.Match():
                for case in each.cases:
                    case.body = self._body(case.body)
            case _:
                for field in ("body", "orelse", "finalbody"):
                    if inner := getattr(each, field, None):
                        setattr(each, field, self._body(inner))
                for handler in getattr(each, "handlers", ()):
                    handler.body = self._body(handler.body)

    def _mark(self, mark: Mark, before: ast.stmt | None) -> ast.stmt:
        if mark.line in self._left_out:
            return (
                ast.copy_location(ast.Pass(), before) if before else ast.Pass(lineno=mark.line, col_offset=0)
            )
        made = ast.parse(f"{NAME}[{self._first + len(self.marks)}] = 1").body[0]
        self.marks.append(mark)
        for node in ast.walk(made):
            if isinstance(node, ast.expr | ast.stmt):
                node.lineno = node.end_lineno = before.lineno if before else mark.line
        return made


def _is_code(each: ast.stmt) -> bool:
    """Whether it does something: no docstring, no `...`, nothing that must come first."""
    match each:
        case ast.Expr(ast.Constant()) | ast.Global() | ast.Nonlocal() | ast.ImportFrom(module="__future__"):
            return False
        case _:
            return True


def left_out(tree: ast.Module) -> set[int]:
    """The lines that only a type checker reads, or has proved that nothing reaches."""
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.match_case(body=[ast.Expr(ast.Call(func=ast.Name(id="assert_never"))) as never]):
                found.add(never.lineno)
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                begin = node.lineno
            case ast.ClassDef() if any(_named(base) == "Protocol" for base in node.bases):
                begin = node.lineno
            case ast.FunctionDef() if any(_named(each) == "overload" for each in node.decorator_list):
                begin = node.decorator_list[0].lineno
            case _:
                continue
        found.update(range(begin, (node.end_lineno or begin) + 1))
    return found


def _named(node: ast.expr) -> str:
    node = node.value if isinstance(node, ast.Subscript) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def prepare(folder: Path) -> None:
    """Write the marked code of every file, an index of its marks, and the marks, none of them made."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    omit = settings["tool"]["coverage"]["run"]["omit"]
    index: dict[str, list[tuple[int, int, int | None]]] = {}
    first = 0
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if any(fnmatch(name, pattern) for pattern in omit):
            continue
        tree = ast.parse(path.read_bytes())
        marker = Marker(first, left_out(tree))
        code = compile(marker.marked(tree), str(path), "exec", dont_inherit=True)
        (folder / _file_of(name)).write_bytes(marshal.dumps(code))
        index[name] = [(first + number, *mark) for number, mark in enumerate(marker.marks)]
        first += len(marker.marks)
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "marks").write_bytes(bytes(first))


def _file_of(name: str) -> str:
    return name.replace("/", "-") + ".code"


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, code: Path, marks: mmap.mmap) -> None:
        super().__init__(fullname, path)
        self._code, self._marks = code, marks

    def get_code(self, fullname):
        return marshal.loads(self._code.read_bytes())

    def exec_module(self, module):
        vars(module)[NAME] = self._marks
        super().exec_module(module)


class _Finder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with (folder / "marks").open("r+b") as file:
            self._marks = mmap.mmap(file.fileno(), 0)

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin and Path(spec.origin).is_relative_to(ROOT):
            code = self._folder / _file_of(str(Path(spec.origin).relative_to(ROOT)))
            if code.exists():
                spec.loader = _Loader(fullname, spec.origin, code, self._marks)
        return spec


def begin() -> None:
    """Have this process, and whatever it forks, load marked code, where a folder of it is named."""
    folder = os.environ.get(FOLDER)
    if folder and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(Path(folder)))


class Count(NamedTuple):
    marks: int
    missing: list[str]


def counted(folder: Path) -> dict[str, Count]:
    """By file: how many lines and branches it has, and those that were not reached."""
    made = (folder / "marks").read_bytes()
    found: dict[str, Count] = {}
    for name, marks in json.loads((folder / "index.json").read_text()).items():
        lines: defaultdict[int, bool] = defaultdict(bool)
        branches: defaultdict[tuple[int, int], bool] = defaultdict(bool)
        for number, line, to in marks:
            if to is None:
                lines[line] |= bool(made[number])
            else:
                branches[line, to] |= bool(made[number])
        missing = [str(line) for line, hit in sorted(lines.items()) if not hit]
        missing += [f"{line}->{to or 'after'}" for (line, to), hit in sorted(branches.items()) if not hit]
        found[name] = Count(len(lines) + len(branches), missing)
    return found


def is_core(name: str) -> bool:
    return name.startswith(("pipeline/", "crawler/platforms/"))


def share(counts: Sequence[Count]) -> float:
    """Of their lines and branches, in hundredths."""
    missing = sum(len(count.missing) for count in counts)
    return 100 - 100 * missing / max(1, sum(count.marks for count in counts))


def report(counts: dict[str, Count], core_floor: float, floor: float) -> tuple[list[str], bool]:
    """What to say, with what is missing below a floor; and whether all is above it."""
    said, is_well = list[str](), True
    for what, least, of_core in (("the core", core_floor, True), ("the rest", floor, False)):
        chosen = {name: count for name, count in counts.items() if is_core(name) == of_core}
        found = share(list(chosen.values()))
        if found < least:
            is_well = False
            said += [f"{name}: {', '.join(each.missing)}" for name, each in chosen.items() if each.missing]
        said.append(f"{found:.2f} % of the lines and branches of {what} are reached: at least {least:g} %")
    return said, is_well


def main(what: str, folder: str, core_floor: str = "100", floor: str = "100") -> int:
    """`prepare FOLDER`, or `report FOLDER FLOOR_OF_THE_CORE FLOOR`; 1 below a floor."""
    if what == "prepare":
        prepare(Path(folder))
        return 0
    said, is_well = report(counted(Path(folder)), float(core_floor), float(floor))
    print("\n".join(said))
    return 0 if is_well else 1


begin()  # as a plugin of pytest, before anything of ours is loaded
if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
