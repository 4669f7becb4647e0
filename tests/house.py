"""The figures of the house: `python -m tests.house`. tests/test_house.py holds them to floors.

Measured on the code that is shipped, without tests, migrations and the demo.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp

from tests.helpers import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGES = ("alerts", "cli", "crawler", "extractors", "pipeline", "storage", "web")
LEFT_OUT = ("cli/demo/", "storage/migrations/versions/")
Function = ast.FunctionDef | ast.AsyncFunctionDef

# Names that several modules define on purpose: what is looked up in each of its kind by this very name.
SHARED = {
    "COMMANDS": "each module of commands",
    "Options": "each platform's keys", "start": "each platform", "parse": "each platform; settings; a query",
    "extract": "each extractor", "metadata": "each extractor", "members": "each extractor that holds files",
    "VERSION": "of each reader whose texts grow stale", "upgrade": "Alembic's own name",
    "read": "one form of text or file, named by its module", "load": "one kind of file, named by its module",
}  # fmt: skip

NAMED_BY_OTHERS = ("cli/commands/", "storage/engines/", "alerts/links.py", "pipeline/evidence/verify.py")

# Of a dialect of our own, with what an English reader expects; for docstrings and for what users read.
DIALECT = {
    r"\bstands?\b": "is", r"\bAnswers (?:the|a|an|whether|how|what)\b": "Returns", r"\bdear\b": "expensive",
    r"\bnot well\b": "wrong", r"\bis none\b": "is not one", r"\bso many\b": "n", r"\bMend\b": "Correct",
    r"\baloud\b": "", r"\bbeside\b": "next to, and", r"\bwants? (?:a|an|the)\b": "needs",
    r"\bletters\b": "characters", r"\b(?:know|hold)s? no\b": "has no, there is no",
}  # fmt: skip

# What no page and no message says: inversions and words that nobody says any more, with the usual ones.
NOT_ON_PAGES = {
    r"\b(?:is|are) had as\b": "can be downloaded as", r"\btakes? (?:\w+ ){1,3}along\b": "download",
    r"\bopens? nothing\b": "does not work", r"\bhears? of\b": "get alerts for", r"\bbeside\b": "next to",
    r"\bstands? (?:together|alone|apart|last|first)\b": "is", r"\bas it stands\b": "as it is",
    r"\bneither\b": "not", r"\bnor\b": "or", r"\bnearly so\b": "similar", r"\bslip of\b": "mistake",
    r"\b(?:know|hold)s? no\b": "has no", r"\bis none\b": "is not", r"\bnot any more\b": "no longer",
    r"\b(?:every|any|some)body\b": "everyone, anyone, someone", r"\bwhoever\b": "anyone who",
    r"\bof (?:theirs|ours)\b": "their, our", r"\bwants? (?:a|an|the)\b": "needs",
    r"\b(?:anew|aloud|upon|thereof|whereof|hitherto|meanwhile|merely|shall)\b": "a word in use",
    r"\bone an? (?:line|page|day)\b": "on each", r"\b(?:it|that|this|which) goes by\b": "is called",
    r"\bthat came are\b": "new", r"\byour word\b": "your report",
}  # fmt: skip
_NOT_SHOWN = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """A function with the module that it is in."""

    module: str
    node: Function

    @property
    def lines(self) -> int:
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def parameters(self) -> int:
        """Without self and cls."""
        asked = self.node.args
        names = [each.arg for each in (*asked.posonlyargs, *asked.args, *asked.kwonlyargs)]
        return len([name for name in names if name not in {"self", "cls"}])

    def __str__(self) -> str:
        return f"{self.module}:{self.node.name}"


@cache
def modules() -> dict[str, ast.Module]:
    """Every shipped file with its tree."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    names = {path: path.relative_to(ROOT).as_posix() for path in files}
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for path, name in names.items()
        if not name.startswith(LEFT_OUT)
    }


@cache
def functions() -> list[Named]:
    return [
        Named(name, node)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    ]


def longer_than(lines: int) -> list[str]:
    return [str(each) for each in functions() if each.lines > lines]


def wide() -> list[str]:
    """Functions with more than six parameters; commands have theirs from the command line."""
    return [
        str(each)
        for each in functions()
        if each.parameters > 6 and not each.module.startswith("cli/commands/")
    ]


def defined_twice() -> dict[str, list[str]]:
    """Public functions and classes that two modules define, without those that are to share a name.

    Functions of commands are called as their commands are, those of an engine as storage.engines.ports says,
    and a class as the port that it is. The links of a mail and of a page to one thing have one name, and what
    verifies a pack is a program by itself.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for name, tree in modules().items():
        for public in () if name.startswith(NAMED_BY_OTHERS) else _public(tree):
            found[public].append(name)
    return {name: where for name, where in sorted(found.items()) if len(where) > 1 and name not in SHARED}


def _public(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        is_port = isinstance(node, ast.ClassDef) and any(
            ast.unparse(base) == "Protocol" for base in node.bases
        )
        if isinstance(node, Function | ast.ClassDef) and not (is_port or node.name.startswith("_")):
            yield node.name


def without_returns() -> list[str]:
    """Public functions with a docstring of several lines that give something back and do not say Returns.

    What a command says is its help, and its exit code is the same for all.
    """
    return [
        str(each)
        for each in functions()
        if not each.node.name.startswith("_")
        and not each.module.startswith("cli/commands/")
        and _gives_back(each.node)
        and _is_silent(each.node)
    ]


def _gives_back(node: Function) -> bool:
    declared = ast.unparse(node.returns) if node.returns else "None"
    return declared not in {"None", "NoReturn"} and not declared.startswith(("Iterator[None]", "Self"))


def _is_silent(node: Function) -> bool:
    said = ast.get_docstring(node) or ""
    return "\n" in said and not re.search(r"\b(?:Returns?|returns|Yields?|yields|Whether|answers?)\b", said)


def dialect() -> Counter[str]:
    """How often each word of it is left in docstrings and in texts for users."""
    found: Counter[str] = Counter()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                found.update({word: len(re.findall(word, node.value)) for word in DIALECT})
    return found


def strange_on_pages() -> list[str]:
    """Where a page, a message, or a sentence of the code behind them has words of `NOT_ON_PAGES`."""
    said = [
        (
            path.relative_to(ROOT).as_posix(),
            " ".join(_NOT_SHOWN.sub(" ", path.read_text(encoding="utf-8")).split()),
        )
        for folder in ("web/templates", "alerts/templates")
        for path in sorted((ROOT / folder).iterdir())
        if path.is_file()
    ]
    said += [
        (name, node.value)
        for name, tree in modules().items()
        if name.startswith(("web/", "alerts/"))
        for node in _strings(tree)
    ]
    return [
        f"{name}: {found[0]} ({better}) in {text[max(0, found.start() - 40) : found.end() + 40]!r}"
        for name, text in said
        for word, better in NOT_ON_PAGES.items()
        for found in re.finditer(word, text, re.IGNORECASE)
    ]


def _strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Sentences that are no docstrings."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
        if is_text and id(node) not in docs:
            yield node


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True)


def circles() -> list[list[str]]:
    """Modules that import each other in a circle (the strongly connected sets of more than one)."""
    imports = {module: graph().find_modules_directly_imported_by(module) for module in graph().modules}
    found: list[list[str]] = []
    seen: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(module: str) -> None:  # Tarjan
        seen[module] = low[module] = len(seen)
        stack.append(module)
        for other in imports[module]:
            if other not in seen:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], seen[other])
        if low[module] == seen[module]:
            at = stack.index(module)
            ring, stack[at:] = stack[at:], []
            if len(ring) > 1:
                found.append(sorted(ring))

    for module in sorted(imports):
        if module not in seen:
            visit(module)
    return found


def drawers() -> dict[str, int]:
    """Files of code in each folder, without __init__.py."""
    files = Counter(str(Path(name).parent) for name in modules() if not name.endswith("__init__.py"))
    return dict(sorted(files.items()))


def arrows() -> dict[str, int]:
    """How many imports lead from each drawer into another of its own package."""
    found: Counter[str] = Counter()
    for module in graph().modules:
        for other in graph().find_modules_directly_imported_by(module):
            here, there = module.rpartition(".")[0], other.rpartition(".")[0]
            if module.partition(".")[0] == other.partition(".")[0] and here != there:
                found[here.replace(".", "/")] += 1
    return dict(sorted(found.items()))


def commands() -> tuple[int, int]:
    """How many command lines the documents have, and how many of them the tests enter."""
    every = [
        step
        for page in documents.pages()
        for step in documents.steps(page)
        if isinstance(step, documents.Command)
    ]
    return len(every), len([each for each in every if not each.as_root and not documents.why_not_run(each)])


def main() -> None:
    per_drawer, inner = drawers(), arrows()
    print("drawer: files, arrows to its neighbours")
    for name, files in per_drawer.items():
        print(f"  {name:36} {files:3} {inner.get(name, 0):4}")
    every, entered = commands()
    figures = {
        "files in the fullest drawer": max(per_drawer.values()),
        "circles": circles(),
        "functions": len(functions()),
        "over 30 lines": len(longer_than(30)),
        "over 50 lines": longer_than(50),
        "more than 6 parameters": wide(),
        "public names defined twice": len(defined_twice()),
        "docstrings of several lines without Returns": len(without_returns()),
        "words of a dialect left": dialect().total(),
        "pages of documents": len(documents.pages()),
        "commands in documents": every,
        "of them entered by tests": entered,
    }
    for name, figure in figures.items():
        print(f"{name}: {figure if isinstance(figure, int) else f'{len(figure)} {figure}'}")
    print("defined twice:", ", ".join(f"{name} ({len(where)})" for name, where in defined_twice().items()))
    print("dialect:", ", ".join(f"{word} {count}" for word, count in dialect().most_common()))


if __name__ == "__main__":
    main()
