"""The kinds of site we can read, by name. A platform is a module, imported when it is first asked for.

A platform module has three names (see `PlatformModule`):

- `Options`: a frozen dataclass, every field typed and with a default. Its fields are the keys that a source
  line may add; it raises ValueError for a value it cannot use. The platform reads them by
  `Options(**source.options)`.
- `start(source, since, until)`: the first pages to ask for.
- `parse(source, fetch, capture)`: what is on a page.

To add one: write `crawler/platforms/<name>.py`, name it in `PLATFORMS`, and save a golden case for it
(tests/crawler/test_platforms.py fails for a platform without one). "manual" is known to the registry
only: its papers are added by hand, so it has no module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol, cast

from pipeline.ports import Platform


class PlatformModule(Platform, Protocol):
    """What a platform's module holds."""

    Options: type


class _Platforms(Mapping[str, PlatformModule]):
    def __init__(self, *names: str) -> None:
        self._names = names

    def __getitem__(self, name: str) -> PlatformModule:
        if name not in self._names:
            raise KeyError(name)
        return cast("PlatformModule", import_module(f"{__name__}.{name}"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


PLATFORMS: Mapping[str, PlatformModule] = _Platforms(
    "moderngov",
    "cmis",
    "papers_page",
    "page",
    "feed",
    "wordpress",
    "citizenspace",
    "govuk",
    "petitions",
    "written_questions",
    "bills",
    "hansard",
    "select_committees",
    "find_case_law",
    "ocds",
)
