"""The source lines: one line of data for each place where a body lists its papers.

Shipped lines are in `crawler/sources/<platform>.toml`, an operator's own in
`<data>/sources/<platform>.toml`; the same id there replaces the shipped line. A line looks like

    my-council = { name = "…", url = "https://…", kind = "council" }

and may add the keys of `SourceLine` and those of its platform's `Options`. A line of `manual.toml` may do
without `url`, for a body of which nobody knows where it lists its papers. A wrong line is a ConfigError that
names the file, the line number and the key: nothing is guessed and nothing is skipped.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from crawler.lines import entries
from crawler.platforms import PLATFORMS
from crawler.platforms.shared.committees import named_by
from pipeline.errors import ConfigError
from pipeline.model import BodyKind, Expectation, Source, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.lines.entries import EntryPlace
    from crawler.platforms import PlatformModule

SHIPPED = Path(__file__).parent.parent / "sources"
MANUAL = "manual"  # papers are added by hand: no module behind it
UNCHECKED = "Its TLS certificate is not checked."  # wherever a line is shown, its exception is

Days = Annotated[int, Meta(ge=0, le=3700)]
Seconds = Annotated[float, Meta(ge=0, le=600)]
Text = Annotated[str, Meta(min_length=1)]


class LineKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that a line of any platform may have."""

    name: Text
    kind: BodyKind
    url: str = ""
    body: str = ""  # id of the body where one body has several lines
    gss: str = ""  # code of the Office for National Statistics
    ods: str = ""  # code of the NHS Organisation Data Service
    region: str = ""  # of England
    delay: Seconds = 1.0  # between two requests to the host
    timeout: Annotated[float, Meta(gt=0, le=600)] = 60.0  # seconds for one answer
    insecure_tls: bool = False  # the certificate of its host is not checked
    back: Days = Window().back
    ahead: Days = Window().ahead
    documents: Annotated[int, Meta(ge=0)] = 0  # fewer in a whole run is broken
    every: Days = 0  # days within which something new should appear
    note: str = ""


def load(
    data: Path | None, *, shipped: Path = SHIPPED, platforms: Mapping[str, PlatformModule] = PLATFORMS
) -> dict[str, Source]:
    """All sources by id: the shipped ones, and an operator's own over them. Raises ConfigError."""
    ours = shipped == SHIPPED and platforms is PLATFORMS
    sources = dict(_shipped()) if ours else _folder(shipped, platforms)
    if data is not None:
        sources |= _folder(data / "sources", platforms)
    narrower: dict[tuple[str, str], list[str]] = defaultdict(list)  # patterns by site
    for source in sources.values():
        narrower[source.platform, source.url] += named_by(source.options)
    return {name: _beside_narrower_lines(sources[name], narrower) for name in sorted(sources)}


def _beside_narrower_lines(source: Source, named: Mapping[tuple[str, str], Sequence[str]]) -> Source:
    """A council's line leaves to other lines of the same site just what they watch, and nothing more.

    A line that names its committees is the narrower one. So whatever a joint committee is called next, one
    line watches it: its own, or else that of its host.
    """
    narrower = named[source.platform, source.url]
    if not narrower or named_by(source.options):
        return source
    left = (*source.options.get("but_not", ()), *narrower)
    return dataclasses.replace(source, options={**source.options, "but_not": left})


def select(sources: Mapping[str, Source], ids: Sequence[str] = (), kind: str = "") -> list[Source]:
    """The sources named, or of a kind, or all. Raises ConfigError for an id or a kind that is unknown."""
    for wanted in ids:
        if wanted not in sources:
            raise ConfigError(f"no source {wanted!r}{entries.near(wanted, sources)}")
    if kind and kind not in list(BodyKind):
        raise ConfigError(
            f"no kind of source {kind!r}{entries.near(kind, BodyKind)}; known: {', '.join(BodyKind)}"
        )
    chosen = [sources[wanted] for wanted in dict.fromkeys(ids)] if ids else list(sources.values())
    return [source for source in chosen if not kind or source.kind == kind]


@cache
def _shipped() -> Mapping[str, Source]:
    """Read once a process: no run changes them."""
    return _folder(SHIPPED, PLATFORMS)


def _folder(folder: Path, platforms: Mapping[str, PlatformModule]) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    placed: dict[str, EntryPlace] = {}
    for file in sorted(folder.glob("*.toml")):
        for entry, values in _read(file, platforms):
            if (other := placed.get(entry.id)) is not None:
                raise entry.wrong(f"is already in {entries.shown_path(other.file)}")
            placed[entry.id] = entry
            sources[entry.id] = _source(entry, values, platforms)
    return sources


def _read(file: Path, platforms: Mapping[str, PlatformModule]) -> Iterable[tuple[EntryPlace, dict[str, Any]]]:
    if file.stem != MANUAL and file.stem not in platforms:
        near = entries.near(file.stem, [*platforms, MANUAL])
        new = "a new one is named in PLATFORMS, in crawler/platforms/__init__.py"
        raise ConfigError(f"{entries.shown_path(file)}: no platform {file.stem!r}{near}; {new}")
    return entries.read(file, 'a line is `id = { name = "…", url = "…", kind = "…" }`')


def _source(entry: EntryPlace, values: dict[str, Any], platforms: Mapping[str, PlatformModule]) -> Source:
    platform = entry.file.stem
    own: list[str] = []
    if platform != MANUAL:
        own = [field.name for field in dataclasses.fields(platforms[platform].Options)]
    common = LineKeys.__struct_fields__
    needed = ("name", "kind") if platform == MANUAL else ("name", "url", "kind")
    entries.check_keys(entry, values, known=(*common, *own), needed=needed)
    if isinstance(values["kind"], str):
        entries.one_of(entry, "kind", values["kind"], list(BodyKind), "kind of source")
    line = entries.typed(entry, {key: values[key] for key in values if key in common}, LineKeys)
    if "url" in values and (problem := url_problem(line.url)):
        raise entry.wrong(f"url: {problem}", "url")
    given = {key: values[key] for key in values if key in own}
    options = entries.typed(entry, given, platforms[platform].Options) if own else None
    return Source(
        id=entry.id,
        name=line.name,
        kind=str(line.kind),
        platform=platform,
        url=line.url,
        body=line.body,
        region=line.region,
        codes={name: code for name, code in (("gss", line.gss), ("ods", line.ods)) if code},
        options={key: getattr(options, key) for key in given},
        window=Window(back=line.back, ahead=line.ahead),
        expect=Expectation(documents=line.documents, every=line.every),
        delay=line.delay,
        timeout=line.timeout,
        insecure_tls=line.insecure_tls,
        note=f"{UNCHECKED} {line.note}".strip() if line.insecure_tls else line.note,
    )


def url_problem(url: str) -> str:
    """What is wrong with a source's address, "" where nothing is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"{error}: {url!r}"
    if parts.scheme not in {"http", "https"}:
        return f"must begin with https:// or http://, not {url!r}"
    if not parts.hostname or port == 0 or any(character.isspace() for character in url):
        return f"not an address: {url!r}"
    if parts.username is not None:
        return "must not hold a user name or a password"
    return ""
