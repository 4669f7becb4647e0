"""What every page is made from: the archive, the settings, the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.archive_log import checkpoint
from pipeline.health.machine import concerns, stale
from pipeline.matching.families import Families
from pipeline.model import MeetingStatus
from web import links

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.health.machine import Concern, Machine
    from pipeline.meetings.calendar_entry import Coming
    from pipeline.public_archive import PublicArchive
    from web.config import WebConfig
    from web.data.page_images import PageImages
    from web.render import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    shelf: PublicArchive
    config: WebConfig
    renderer: Renderer
    images: PageImages
    today: Callable[[], date]
    can_watch: bool  # somebody may sign up here
    machine: Callable[[], Machine] | None = None  # None: nobody watches over it here
    families: Families = field(default_factory=Families)  # of what is watched for

    def concerns(self) -> tuple[Concern, ...]:
        """What is wrong with the machine itself."""
        return concerns(self.machine()) if self.machine else ()

    def stale(self) -> str:
        """That no run has read anything for too long, as a sentence; "" where one has."""
        text = stale(self.machine()) if self.machine else ""
        return f"{text[:1].upper()}{text[1:]}." if text else ""

    def log_line(self) -> str:
        """The sentence with the signed root of the archive's log; "" where none was signed yet."""
        return checkpoint.line(self.shelf.log_root())

    @property
    def prefix(self) -> str:
        """The path under which the archive is."""
        return links.prefix(self.config.base_url)

    def base(self, request: Request) -> str:
        """The address of the archive, for whoever is not on it."""
        return self.config.base_url or str(request.base_url)

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.renderer.page(template, status, **context)

    def ahead(self, until: date = date.max) -> list[Coming]:
        """What is still to come, soonest first."""
        return [
            coming
            for coming in self.shelf.coming(self.today())
            if (coming.ahead.meeting.starts_on or date.max) <= until
            and coming.ahead.meeting.status != MeetingStatus.WITHDRAWN
        ]
