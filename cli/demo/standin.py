"""The stand-in web: invented councils, health boards and campaigners, served from this machine.

Each body has a host of its own (a port of 127.0.0.1), as each real body has. Nothing leaves the machine.
"""

from __future__ import annotations

import json
import random
from functools import partial
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from cli.demo.blog_site import BlogSite
from cli.demo.cmis_site import CmisSite
from cli.demo.england_site import EnglandSite
from cli.demo.icb_site import MARLSHIRE_AND_ELLENBY, WOLD_AND_HAVEN
from cli.demo.moderngov_site import ModernGovSite
from cli.demo.papers import made
from cli.demo.serving import Host, RequestBook
from cli.demo.site import DAYS, Answer, Request, render
from cli.demo.truth import Expected, Mention
from pipeline.model import DocumentState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from cli.demo.serving import RequestLog
    from cli.demo.site import Site

SITES: tuple[Site, ...] = (
    ModernGovSite(),
    CmisSite(),
    MARLSHIRE_AND_ELLENBY,
    WOLD_AND_HAVEN,
    EnglandSite(),
    BlogSite(),
)

_DELAY = 0.02  # seconds between two requests to a host: nobody is disturbed here

_ROBOTS = Answer(body=b"User-agent: *\nDisallow: /private/\n", media_type="text/plain")
_NOT_FOUND = Answer(body=b"<html><body><h1>Page not found</h1></body></html>", status=404)

# Faults in which the site itself is never asked.
_INSTEAD = {
    "403": Answer(body=b"<html><body><h1>Forbidden</h1></body></html>", status=403),
    "404": _NOT_FOUND,
    "500": Answer(body=b"<html><body><h1>Server Error in '/' Application.</h1></body></html>", status=500),
    "garbage": Answer(body=random.Random("garbage").randbytes(4096)),
    "nothing": Answer(body=b""),
    "botwall": Answer(
        body=b"<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
        b"<p>Enable JavaScript and cookies to continue.</p><script>var challenge = 1;</script></body></html>"
    ),
}
# What can go wrong with a body's site; robots.txt goes on being answered, or a crawler would not come near.
# "login": papers become a login page; "cut": pages, XML and feeds end in the middle.
FAULTS = frozenset(_INSTEAD) | {"login", "cut"}


class StandIn:
    """A context manager: the sites answer from enter to exit. `day` may be set while they do."""

    def __init__(self, *, day: int = 1, ports: Sequence[int] | None = None) -> None:
        """`ports`: one for each of `SITES`; without them the system chooses.

        Raises:
            ValueError: for a day that does not exist, or a wrong number of ports.
            OSError: where a port is taken.
        """
        if ports is not None and len(ports) != len(SITES):
            raise ValueError(
                f"the stand-in web has {len(SITES)} sites, not {len(ports)}: give a port for each"
            )
        self.day = day
        self._book = RequestBook()
        self._faults: dict[str, str] = {}
        self._hosts: dict[str, Host] = {}
        try:
            for site, port in zip(SITES, ports or [0] * len(SITES), strict=True):
                self._hosts[site.id] = Host(site.id, port, partial(self._answer, site), self._book)
        except OSError:
            self._stop()
            raise

    def __enter__(self) -> Self:
        for host in self._hosts.values():
            host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def day(self) -> int:
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        if day not in DAYS:
            raise ValueError(f"there is no day {day}: the stand-in web plays on days {sorted(DAYS)}")
        self._day = day

    @property
    def today(self) -> date:
        return DAYS[self._day]

    @property
    def requests(self) -> list[RequestLog]:
        """Every request so far, in the order in which they were finished."""
        return self._book.entries()

    def address(self, body: str) -> str:
        """The root of a body's site, without a slash at its end."""
        return self._hosts[body].address

    def sources(self) -> dict[str, dict[str, dict[str, object]]]:
        """Source lines by platform and id."""
        lines: dict[str, dict[str, dict[str, object]]] = {}
        for site in SITES:
            line = {"name": site.name, "kind": site.kind, "delay": _DELAY, **site.line(self.address(site.id))}
            lines.setdefault(site.platform, {})[site.id] = line
        return lines

    def write_lines(self, data: Path) -> None:
        """Write `<data>/sources/<platform>.toml`."""
        folder = data / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        for platform, lines in self.sources().items():
            text = "".join(f"{body} = {_inline(line)}\n" for body, line in lines.items())
            (folder / f"{platform}.toml").write_text(text, "utf-8")

    def truth(self) -> list[Mention]:
        """What must have been flagged by whoever crawled on each day so far."""
        mentions: dict[tuple[str, str, str, int], Mention] = {}
        for day in range(1, self._day + 1):
            for site in SITES:
                for posted in site.posted():
                    paper = posted.papers.get(day)
                    for number, place in enumerate(made(paper).places if paper else ()):
                        mention = Mention(
                            body=site.id,
                            document_title=posted.title,
                            url=self.address(site.id) + posted.path,
                            page=place.page,
                            concept=place.concept,
                            wording=place.wording,
                            passage=place.passage,
                            day=day,
                        )
                        mentions.setdefault((site.id, posted.path, paper or "", number), mention)
        return list(mentions.values())

    def papers(self) -> list[Expected]:
        """What must be listed, and held, by whoever crawled on each day so far."""
        expected: dict[tuple[str, str], Expected] = {}
        for day in range(1, self._day + 1):
            for site in SITES:
                root = self.address(site.id)
                for posted in site.posted():
                    known = expected.get((site.id, posted.path))
                    if posted.listed(day):
                        state = DocumentState.HELD if posted.papers else DocumentState.RESTRICTED
                    elif known is not None and known.title == posted.title:
                        state = DocumentState.WITHDRAWN
                    else:
                        continue
                    expected[site.id, posted.path] = Expected(
                        body=site.id,
                        title=posted.title,
                        url=root + posted.path,
                        also_at=tuple(root + path for path in posted.also_at),
                        kind=posted.kind,
                        meeting_date=posted.meeting_date,
                        state=state,
                    )
        return list(expected.values())

    def break_(self, body: str, fault: str | None) -> None:
        """Make a body's site fail in one of the ways of `FAULTS`; None mends it.

        Raises:
            ValueError: for a body or a fault that does not exist.
        """
        if body not in self._hosts:
            raise ValueError(f"there is no body {body!r}, only {', '.join(self._hosts)}")
        if fault is None:
            self._faults.pop(body, None)
        elif fault in FAULTS:
            self._faults[body] = fault
        else:
            raise ValueError(f"there is no fault {fault!r}, only {', '.join(sorted(FAULTS))}")

    def _answer(self, site: Site, target: str) -> Answer:
        """What a site says to a request, or its fault says for it."""
        parts = urlsplit(target)
        path = unquote(parts.path)
        if path == "/robots.txt":
            return _ROBOTS
        fault = self._faults.get(site.id, "")
        if fault in _INSTEAD:
            return _INSTEAD[fault]
        request = Request(
            root=self.address(site.id),
            path=path,
            query={name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)},
            raw_query=parts.query,
            day=self._day,
        )
        answer = site.answer(request) or _NOT_FOUND
        if fault == "login" and answer.is_paper:
            return Answer(body=render("login.html"))
        if fault == "cut" and not answer.is_paper:
            return Answer(body=answer.body[: len(answer.body) // 2], media_type=answer.media_type)
        return answer

    def _stop(self) -> None:
        for host in self._hosts.values():
            host.stop()


def _inline(line: dict[str, object]) -> str:
    """A TOML inline table: for strings, numbers and lists of them TOML writes what JSON writes."""
    pairs = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in line.items())
    return "{ " + ", ".join(pairs) + " }"
