"""Pages that are filled by script, as a person's browser would show them. An optional extra: `browser`.

The browser is Chromium, headless, and keeps our rules: it says our name, asks only the source's own hosts,
one request at a time with the host's delay between them, and leaves pictures, fonts and styles alone.
Without the extra, or without Chromium, such a source is "manual", and says why.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.answers.inside_addresses import InsideAddressError, is_inside, is_inside_address

if TYPE_CHECKING:
    from collections.abc import Collection

    from playwright.async_api import APIResponse, BrowserContext, Playwright, Request, Route
    from playwright.async_api import Browser as Chromium

NAMES = ("chromium", "chromium-browser", "google-chrome")
NEEDED = frozenset({"document", "script", "xhr", "fetch"})  # kinds of request that fill a page
MAX_REDIRECTS = 5
SETTLED = 5.0  # seconds to wait for the last script to fall silent
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A page after its scripts have run."""

    url: str  # the last of the redirects
    status: int
    headers: dict[str, str]
    body: bytes  # HTML as it is then, UTF-8


def browser_missing() -> str:
    """Why pages cannot be rendered here; "" where they can."""
    try:
        import playwright.async_api  # noqa: F401, PLC0415 - is it there?
    except ImportError:
        return "its page is filled by script, and the extra `browser` is not installed"
    if chromium_path() is None:
        return f"its page is filled by script, and none of {', '.join(NAMES)} is installed"
    return ""


class Browser:
    """One Chromium for a crawl, started with the first page that wants it."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None

    async def page(self, url: str, *, hosts: Collection[str], delay: float, seconds: float) -> Rendered:
        """The page once its scripts are done. Raises TimeoutError, or OSError where it cannot be had."""
        from playwright.async_api import Error  # noqa: PLC0415 - an optional extra
        from playwright.async_api import TimeoutError as TooLong  # noqa: PLC0415

        chromium = await self._running()
        context = await chromium.new_context(
            user_agent=self._user_agent, service_workers="block", accept_downloads=False
        )
        try:
            await context.route("**/*", _Gate(hosts, delay, seconds).pass_on)
            return await _visit(context, url, seconds)
        except TooLong as error:
            raise TimeoutError(f"the page was not there after {seconds:g} s") from error
        except Error as error:
            raise OSError(error.message.partition("\n")[0]) from error
        finally:
            await context.close()

    async def close(self) -> None:
        if self._chromium is not None:
            await self._chromium.close()
        if self._playwright is not None:
            await self._playwright.stop()

    async def _running(self) -> Chromium:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an optional extra

        async with self._starting:
            if self._chromium is None:
                self._playwright = await async_playwright().start()
                # Chromium refuses to confine itself for root; then whoever runs us as root has chosen so.
                root = ["--no-sandbox"] if os.geteuid() == 0 else []
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=chromium_path(), args=[*FLAGS, *root]
                )
            return self._chromium


class _Gate:
    """What a page asks for: the needed things, from the source's own hosts, one at a time."""

    def __init__(self, hosts: Collection[str], delay: float, seconds: float) -> None:
        self._hosts = {_bare(host) for host in hosts}
        self._delay = delay
        self._milliseconds = seconds * 1000
        self._turn = asyncio.Lock()
        self._first = True

    async def pass_on(self, route: Route, request: Request) -> None:
        if request.resource_type not in NEEDED or not self._may(request.url):
            await route.abort("blockedbyclient")
            return
        async with self._turn:
            answer = await self._fetch(route, request)
        if answer is None:
            await route.abort("blockedbyclient")
        else:
            await route.fulfill(response=answer)

    async def _fetch(self, route: Route, request: Request) -> APIResponse | None:
        """The answer behind any redirects, each of which must keep to the rules; None where one does not."""
        url = request.url
        # Chromium would say what machine and browser a person has: there is no person.
        headers = {name: value for name, value in request.headers.items() if not name.startswith("sec-ch-")}
        for _ in range(MAX_REDIRECTS + 1):
            if not self._first:
                await asyncio.sleep(self._delay)
            await self._stay_outside(url)
            self._first = False
            answer = await route.fetch(url=url, headers=headers, max_redirects=0, timeout=self._milliseconds)
            place = answer.headers.get("location", "")
            if not 300 <= answer.status < 400 or not place:
                return answer
            url = urljoin(url, place)
            if not self._may(url):
                return None
        return None

    def _may(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        # An inside host is asked only where the line itself names it.
        known = _bare(parts.netloc) in self._hosts or _bare(host) in self._hosts
        return parts.scheme in {"http", "https"} and known and (not is_inside(url) or self._inside_line)

    async def _stay_outside(self, url: str) -> None:
        """A public source's name must not resolve to an inside address."""
        if self._inside_line:
            return
        host = urlsplit(url).hostname or ""
        for _, _, _, _, address in await asyncio.get_running_loop().getaddrinfo(host, None):
            if is_inside_address(ip_address(str(address[0]).partition("%")[0])):
                raise InsideAddressError

    @property
    def _inside_line(self) -> bool:
        return any(is_inside(f"http://{host}/") for host in self._hosts)


async def _visit(context: BrowserContext, url: str, seconds: float) -> Rendered:
    from playwright.async_api import TimeoutError as TooLong  # noqa: PLC0415 - an optional extra

    page = await context.new_page()
    answer = await page.goto(url, wait_until="domcontentloaded", timeout=seconds * 1000)
    if answer is None:
        raise OSError("the page gave no answer")
    with suppress(TooLong):  # some pages never fall silent: what they show by now is what they show
        await page.wait_for_load_state("networkidle", timeout=min(SETTLED, seconds) * 1000)
    return Rendered(
        url=page.url,
        status=answer.status,
        headers=dict(answer.headers),
        body=(await page.content()).encode(),
    )


def chromium_path() -> str | None:
    """Where this machine has Chromium."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")
