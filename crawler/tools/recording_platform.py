"""A platform with somebody looking over its shoulder: what the tools for people walk a source with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.tools import detect
from pipeline.errors import ParseError
from pipeline.model import Fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from pipeline.model import Capture, Found, Source
    from pipeline.ports import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the platform made of one answer; of none, at the start."""

    fetch: Fetch | None = None
    capture: Capture | None = None
    found: Sequence[Found] = ()
    error: Exception | None = None  # what the page was refused with


class RecordingPlatform:
    """Tells each step to a listener, who decides what of it the engine gets to see."""

    def __init__(self, platform: Platform, listen: Callable[[Step], Iterable[Found]]) -> None:
        self._platform = platform
        self._listen = listen

    def start(self, source: Source, since: date, until: date) -> Iterable[Fetch]:
        found = list(self._platform.start(source, since, until))
        return [each for each in self._listen(Step(found=found)) if isinstance(each, Fetch)]

    def parse(self, source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
        try:
            found = list(self._platform.parse(source, fetch, capture))
        except Exception as error:
            self._listen(Step(fetch=fetch, capture=capture, error=error))
            raise
        return self._listen(Step(fetch=fetch, capture=capture, found=found))


class Probe:
    """A platform that asks for one page and keeps it, or the ModernGov service where the page is refused."""

    def __init__(self) -> None:
        self.capture: Capture | None = None

    def start(self, source: Source, since: date, until: date) -> Iterable[Fetch]:  # noqa: ARG002 - a platform's
        service = Fetch(url=detect.service_url(source.url), step="service")
        yield Fetch(url=source.url, step="page", otherwise=service if service.url != source.url else None)

    def parse(self, source: Source, fetch: Fetch, capture: Capture) -> Iterable[Found]:
        finding = detect.detect(capture)
        if fetch.step == "service" and (finding is None or finding.platform != "moderngov"):
            raise ParseError(
                source=source.id, url=capture.url, selector="committees", expected="XML", found="a page"
            )
        self.capture = capture
        return ()
