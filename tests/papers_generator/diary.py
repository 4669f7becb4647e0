"""Days of meetings that stand apart from the papers: a table or a list of them, joined by number or by month."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tests.papers_generator.spelling import NTH, spell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.papers_generator.matter import Meeting
    from tests.papers_generator.site import Site


def diary(site: Site) -> str:
    """The days of all meetings, by body, where they stand apart; else nothing."""
    if site.choices.apart == "none":
        return ""
    by_body: dict[str, list[Meeting]] = {}
    for meeting in sorted(site.matter.meetings, key=lambda each: each.day):
        by_body.setdefault(meeting.body, []).append(meeting)
    return "".join(
        f"<h2>Dates of {escape(body)} meetings</h2>{_dates(site, meetings)}"
        for body, meetings in by_body.items()
    )


def short(meeting: Meeting) -> str:
    """The cell of a meeting beside its month."""
    return f"{meeting.day:%a} {meeting.day.day}"


def _dates(site: Site, meetings: Sequence[Meeting]) -> str:
    form = site.choices.date_form
    match site.choices.apart:
        case "numbered list":
            rows = [f"<li>Meeting {each.number}: {spell(each.day, form)}, 10am</li>" for each in meetings]
            return f"<ul>{''.join(rows)}</ul>"
        case "ordinals":
            rows = [
                f"<tr><th>{NTH[each.number]}</th><td>{spell(each.day, form)}</td></tr>" for each in meetings
            ]
            return f"<table>{''.join(rows)}</table>"
        case "months across":
            heads = "".join(f"<th>{each.day:%B %Y}</th>" for each in meetings)
            cells = "".join(f"<td>{short(each)}</td>" for each in meetings)
            return f"<table><tr>{heads}</tr><tr>{cells}</tr></table>"
        case "months down":
            rows = [f"<tr><td>{each.day:%B %Y}</td><td>{short(each)}</td></tr>" for each in meetings]
            return f"<table><tr><th>Month</th><th>Date</th></tr>{''.join(rows)}</table>"
        case "months beside another body":
            head = "<tr><td></td><td><b>Meeting</b> (1pm)</td><td><b>Seminar</b> (not in public)</td></tr>"
            rows = [
                f"<tr><td>{each.day:%B %Y}</td><td>{short(each)}</td><td>Mon {each.day.day % 7 + 1}</td></tr>"
                for each in meetings
            ]
            return f"<table><tr><td colspan='3'>Dates</td></tr>{head}{''.join(rows)}</table>"
        case _:
            head = "<tr><th>No.</th><th>Date</th><th>Where</th><th>Papers due</th></tr>"
            rows = [
                f"<tr><td>{each.number}</td><td>{spell(each.day, form)}</td><td>Hall</td><td>{each.day.replace(day=1):%d/%m/%Y}</td></tr>"
                for each in meetings
            ]
            return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
