"""A meeting on its way from the list that names it to the page or answer that describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from pipeline.model import Meeting, MeetingStatus

if TYPE_CHECKING:
    from pipeline.model import Source


def window_of(context: dict[str, str]) -> tuple[date, date]:
    """The run's window, as it travels with every fetch."""
    return date.fromisoformat(context["since"]), date.fromisoformat(context["until"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMeeting:
    """What a list of meetings says of one of them."""

    committee: str
    body: str
    id: str
    starts_on: date | None
    starts_at: time | None
    url: str  # the page a person reads
    status: MeetingStatus = MeetingStatus.SCHEDULED

    @classmethod
    def from_context(cls, context: dict[str, str]) -> ListedMeeting:
        day, at = context["date"], context["time"]
        return cls(
            committee=context["committee"],
            body=context["body"],
            id=context["meeting"],
            starts_on=date.fromisoformat(day) if day else None,
            starts_at=time.fromisoformat(at) if at else None,
            status=MeetingStatus(context["status"]),
            url=context["url"],
        )

    def context(self) -> dict[str, str]:
        return {
            "committee": self.committee,
            "body": self.body,
            "meeting": self.id,
            "date": self.starts_on.isoformat() if self.starts_on else "",
            "time": self.starts_at.isoformat() if self.starts_at else "",
            "status": self.status.value,
            "url": self.url,
        }

    @property
    def key(self) -> str:
        return f"meeting/{self.id}"

    def within(self, since: date, until: date) -> bool:
        """A meeting without a date that can be read is kept: it is better looked at than lost."""
        return self.starts_on is None or since <= self.starts_on <= until

    def meeting(
        self,
        source: Source,
        *,
        place: str = "",
        status: MeetingStatus = MeetingStatus.SCHEDULED,
        starts_on: date | None = None,
        starts_at: time | None = None,
    ) -> Meeting:
        """The meeting, with what its own page or answer adds to the list."""
        return Meeting(
            source_id=source.id,
            key=self.key,
            body_name=self.body,
            title=self.body,
            starts_on=starts_on or self.starts_on,
            starts_at=starts_at or self.starts_at,
            status=self.status if status is MeetingStatus.SCHEDULED else status,
            place=place,
            url=self.url,
            listing=f"committee/{self.committee}",
        )
