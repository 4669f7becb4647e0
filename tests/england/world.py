"""England by seed: every line of the registry with a site that stands in for the real one, and bad days."""

from __future__ import annotations

import json
import random
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.lines import registry
from tests.councils.serving import HANG_UP, Reply
from tests.england.boards import BoardSite
from tests.england.councils import CouncilSite
from tests.england.national import PLATFORMS, NationalSite

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pipeline.model import Source
    from tests.england.site import Site

TIMEOUT = 120.0  # seconds: no stand-in is silent, and this machine may be busy
DELAY = 0.01  # seconds between two requests to one host: it disturbs nobody here
_SITES = {"moderngov": CouncilSite, "cmis": CouncilSite, "papers_page": BoardSite} | dict.fromkeys(
    PLATFORMS, NationalSite
)
_SHARED = frozenset({"moderngov", "cmis", "papers_page"})  # lines with one address are one site
# What can befall a site for a day or more, and how often in a hundred days. A slow one is well.
FAULTS = ("403", "500", "hang up", "empty", "bot wall", "slow")
# Which faults, how many of a hundred hosts they come to on a day, and how many days they last.
_SPELLS = ((FAULTS, 0.8, range(1, 4)), (("403", "bot wall"), 0.1, range(7, 11)))
SHUT = "hang up"  # is what a site does that has gone after its body
_INSTEAD = {
    "403": Reply(status=403, body=b"<html><body><h1>Forbidden</h1></body></html>"),
    "500": Reply(status=500, body=b"<html><body><h1>Server Error</h1></body></html>"),
    "hang up": Reply(status=HANG_UP),
    "empty": Reply(body=b""),
    "bot wall": Reply(
        body=b"<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
        b"<p>Enable JavaScript and cookies to continue.</p><script>var challenge = 1;</script></body></html>"
    ),
}
_SLOW = 0.1  # seconds
# What the frame of a papers page leads to, and nobody reads.
_FRAME = ("/about-us/", "/news/", "/contact", "/services/")
_ABOUT = Reply(
    body=b"<html><body><main><h1>About us</h1><p>We are here to help. "
    b"<a href='/contact'>Write to us</a></p></main></body></html>"
)


@dataclass(slots=True)
class World:
    seed: int
    scale: float  # of the real pages and bytes of a paper
    sources: dict[str, Source]
    sites: list[Site]
    by_host: dict[str, list[Site]] = field(init=False)
    day: date = date.min  # that the sites show
    faulty: bool = True

    def __post_init__(self) -> None:
        self.by_host = {}
        for site in self.sites:
            for host in site.hosts:
                self.by_host.setdefault(host.lower(), []).append(site)

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[str, Reply]:
        """What the host that is asked says, and whose it is."""
        host = headers.get("Host", "").lower().partition(":")[0]
        sites = self.by_host.get(host, [])
        if not sites or target == "/robots.txt":
            return host, Reply(status=404)
        fault = self.fault(host, self.day)
        if fault in _INSTEAD:
            return host, _INSTEAD[fault]
        for site in sites:
            if (reply := site.answer(self.day, target, host)) is None:
                continue
            if method == "HEAD" and site.refuses_head:
                return host, Reply(status=405)
            tag = reply.headers.get("ETag")
            if tag and headers.get("If-None-Match") == tag:
                return host, Reply(status=304, headers=reply.headers)
            return host, replace(reply, wait=_SLOW) if fault else reply
        return host, _ABOUT if target.startswith(_FRAME) else Reply(status=404)

    def fault(self, host: str, day: date) -> str:
        """What is wrong with a host on a day; "" for nothing."""
        if any(site.is_shut(day) for site in self.by_host.get(host.lower(), ())):
            return SHUT
        return _fault(self.seed, host.lower(), day) if self.faulty else ""

    def write_lines(self, data: Path) -> None:
        """The registry's lines again, with the addresses of the stand-ins."""
        folder = data / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        address = {source.id: site.address(source) for site in self.sites for source in site.sources}
        for platform in {each.platform for each in self.sources.values()}:
            shipped = tomllib.loads((registry.SHIPPED / f"{platform}.toml").read_text("utf-8"))
            lines = [
                f"{name} = {_inline(line | {'url': address[name], 'delay': DELAY, 'timeout': TIMEOUT})}\n"
                for name, line in shipped.items()
                if name in address
            ]
            (folder / f"{platform}.toml").write_text("".join(lines), "utf-8")


@lru_cache(maxsize=4096)
def _fault(seed: int, host: str, day: date) -> str:
    for faults, begins, lasts in _SPELLS:
        for ago in range(lasts.stop):
            rng = random.Random(f"{seed} {host} {lasts} {day - timedelta(days=ago)}")
            if rng.random() < begins / 100 and rng.choice(lasts) > ago:
                return rng.choice(faults)
    return ""


def _inline(line: dict[str, object]) -> str:
    """A TOML inline table: for strings, numbers and lists of them TOML writes what JSON writes."""
    plain = {name: value for name, value in line.items() if name != "browser"}  # nothing here wants one
    return "{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in plain.items()) + " }"


def world(*, seed: int = 1, scale: float = 0.1, only: Collection[str] = (), faulty: bool = True) -> World:
    """England, or the lines named and those that share their sites."""
    lines = {name: line for name, line in registry.load(None).items() if line.platform in _SITES}
    if only:
        urls = {lines[name].url for name in only}
        lines = {
            name: line
            for name, line in lines.items()
            if line.url in urls and (name in only or line.platform in _SHARED)
        }
    groups: dict[tuple[str, str], list[Source]] = {}
    for line in lines.values():
        own = line.url if line.platform in _SHARED else line.id
        groups.setdefault((line.platform, own), []).append(line)
    sites = [_SITES[platform](group, seed=seed, scale=scale) for (platform, _), group in groups.items()]
    return World(seed, scale, lines, sites, faulty=faulty)


def without_stand_in() -> list[str]:
    """Lines that nobody stands in for, by name."""
    known = registry.load(None).values()
    return [each.id for each in known if each.platform not in _SITES and each.platform != registry.MANUAL]


def one_of_each() -> list[str]:
    """One line of every platform."""
    found: dict[str, str] = {}
    for name, line in registry.load(None).items():
        if line.platform in _SITES:
            found.setdefault(line.platform, name)
    return list(found.values())
