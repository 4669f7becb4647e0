"""The commands, by name: a module of them is imported when one of it is first asked for.

Most know half of the house, and to load all of it takes longer than most of what they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


class _Commands(Mapping[str, "click.Command"]):
    def __init__(self, modules: Mapping[str, tuple[str, ...]]) -> None:
        self._modules = {name: module for module, names in modules.items() for name in names}

    def __getitem__(self, name: str) -> click.Command:
        found: tuple[click.Command, ...] = import_module(f"{__name__}.{self._modules[name]}").COMMANDS
        return next(command for command in found if command.name == name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


COMMANDS: Mapping[str, click.Command] = _Commands(
    {
        "init": ("init",),
        "run": ("run", "crawl", "extract", "flag", "notify"),
        "add": ("add",),
        "search": ("search", "show", "meetings", "changes"),
        "research.late": ("late",),
        "research.left_out": ("left-out",),
        "research.firms": ("firms",),
        "research.neighbours": ("neighbours",),
        "research.lineage": ("lineage",),
        "research.radar": ("radar",),
        "custody": ("papers",),
        "log": ("log",),
        "evidence": ("evidence",),
        "export": ("export",),
        "status": ("status",),
        "sources": ("sources",),
        "concepts": ("concepts",),
        "subscribers": ("subscribers",),
        "research.retro_search": ("hunt", "spread"),
        "service": ("serve", "mcp", "schedule", "worker", "demo", "db"),
        "docs": ("docs",),
    }
)
