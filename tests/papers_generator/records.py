"""Meetings and their papers as records of a page: containers, rows of meetings, rows of papers."""
# ruff: noqa: E501, RUF001 - markup reads best a line each; sites write en dashes

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from tests.papers_generator.choices import BESIDE, CONTAINERS, ROWS
from tests.papers_generator.kits import around, groups, panel
from tests.papers_generator.site import slug_of
from tests.papers_generator.spelling import dated, group_of, label, spell, timed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tests.papers_generator.matter import Meeting, Paper
    from tests.papers_generator.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper, in pieces: what stands beside its link, the link, and what is said after it."""

    beside: str
    link: str
    after: str
    number: str
    paper: Paper

    @property
    def whole(self) -> str:
        if self.beside and self.link.startswith("is "):
            number = f"{self.number} " if self.number else ""
            return f"{number}The {_lower(self.beside)} {self.link}{self.after}."
        beside = f"{self.beside}: " if self.beside and self.link.endswith(">here</a>") else f"{self.beside} "
        number = f"{self.number} " if self.number else ""
        return f"{number}{beside if self.beside else ''}{self.link}{self.after}"


def entry(site: Site, meeting: Meeting, paper: Paper) -> Entry:
    choices = site.choices
    title = escape(paper.title)
    if choices.date_place == "link text":
        title = _with_date(site, meeting, title)
    elif choices.record not in (*CONTAINERS, *ROWS) and (meeting.note or _names_body(site)):
        title = f"{escape(meeting.body)}: {title}" + (f" ({meeting.note})" if meeting.note else "")
    number = _number(site, paper)
    if choices.numbering == "in the link" and paper.number:
        title, number = f"{paper.number}. {title}", ""
    href = escape(site.file(meeting, paper))
    size = f"{1 + len(paper.title) % 9}.{meeting.day.day % 10}"
    return Entry(
        beside=title if choices.link_text in BESIDE else "",
        link=link(choices.link_text, href, title, size).replace("PDF", (paper.suffix or "PDF").upper()),
        after=_after(site, meeting, paper),
        number=number,
        paper=paper,
    )


def link(style: str, href: str, title: str, size: str) -> str:
    first = f'<a href="{href}"'
    return {
        "title": f"{first}>{title}</a>",
        "title (PDF, 3.2MB)": f"{first}>{title} (PDF, {size}MB)</a>",
        "title in spans": (
            f'{first} class="doc-link"><i class="far fa-file-pdf" aria-hidden="true"></i>'
            f'<span class="doc-link__text">{title}</span><span class="doc-link__type">PDF</span>'
            f'<span class="doc-link__size">{size} MB</span></a>'
        ),
        "view title": f"{first}>View {_lower(title)}</a>",
        "here": f"click {first}>here</a>",
        "is here": f"is {first}>here</a>",
        "Download": f'{first} class="btn">Download</a>',
        "View PDF (3.2MB)": f'{first} class="button">View PDF ({size}MB)</a>',
        "icon with label": f'{first} aria-label="Download {title}"><i class="icon icon-pdf"></i></a>',
        "icon alone": f'{first}><img src="/themes/site/pdf.png" alt="PDF"></a>',
        "image": f'{first}><img src="/themes/site/pdf.png" alt="{title}"></a>',
        "title attribute": f'{first} title="{title}">PDF</a>',
        "title (opens in a new tab)": (
            f'{first} target="_blank">{title}<span class="visually-hidden"> (opens in a new tab)</span></a>'
        ),
    }[style]


def _number(site: Site, paper: Paper) -> str:
    if not paper.number:
        return ""
    return {
        "1.": f"{paper.number}.",
        "Item 1": f"Item {paper.number}",
        "Enclosure A": f"Enclosure {chr(64 + int(paper.number.rstrip('a')))}{'1' if paper.number.endswith('a') else ''}",
        "in the link": paper.number,
        "none": "",
    }[site.choices.numbering]


def _lower(title: str) -> str:
    """A title within a sentence; one that has a date in it keeps its capitals."""
    return title if any(letter.isdigit() for letter in title) else title[:1].lower() + title[1:]


def _names_body(site: Site) -> bool:
    return site.choices.committees == "mixed"


def _with_date(site: Site, meeting: Meeting, title: str) -> str:
    day = dated(meeting, site.choices)
    body = f"{escape(meeting.body)} " if _names_body(site) or meeting.note else ""
    note = f" ({meeting.note})" if meeting.note else ""
    forms = (f"{body}{title} – {day}{note}", f"{day} – {body}{title}{note}", f"{body}{title} {day}{note}")
    return forms[site.choices.content % 3]


def put_up(site: Site, meeting: Meeting, paper: Paper) -> date:
    """When a file was put up: before its meeting, or, for its minutes, after the next one; never to come."""
    return min(site.matter.today, meeting.day + timedelta(days=38 if paper.kind == "minutes" else -8))


def _after(site: Site, meeting: Meeting, paper: Paper) -> str:
    day = put_up(site, meeting, paper)
    word = ("Published", "Uploaded", "Updated", "Last modified", "Date added:")[site.choices.content % 5]
    match site.choices.published:
        case "line":
            return f' <span class="meta">{word} {day.day} {day:%B %Y}</span>'
        case "note":
            words = ("sent out", "circulated", "issued on", "dated")[site.choices.content % 4]
            return f" <em>{words} {spell(day, '26 November 2026')}</em>"
        case "suffix":
            return f" ({word.lower()} {spell(day, '26/11/2026')})"
        case _:
            return ""


# --- the papers of one meeting, in its container ---


def items(site: Site, meeting: Meeting) -> str:
    """A meeting's papers as a list, in sections where the site has them."""
    if not meeting.papers:
        return ""
    if site.choices.sections == "none":
        return _item_list(site, meeting, meeting.papers)
    parts = []
    for section in dict.fromkeys(paper.section for paper in meeting.papers):
        inside = [paper for paper in meeting.papers if paper.section == section]
        said = _dated_section(section, meeting) if site.choices.sections == "dated headings" else section
        head = f"<h4>{said}</h4>" if section else ""
        parts.append(head + _item_list(site, meeting, inside))
    return "\n".join(parts)


def _dated_section(section: str, meeting: Meeting) -> str:
    """A section that is called by a time, and is of the same meeting."""
    before = meeting.day - timedelta(days=37)
    return {
        "For approval": f"Minutes of {before.day} {before:%B %Y}",
        "Strategy": f"{before:%B %Y} performance",
        "Quality and performance": f"Quarter {1 + meeting.day.month % 4} (to {before:%B %Y})",
        "For information": f"Position at {before.day} {before:%B %Y}",
    }.get(section, section)


def _item_list(site: Site, meeting: Meeting, papers: Sequence[Paper]) -> str:
    entries = [entry(site, meeting, paper) for paper in papers]
    wholes = [each.whole for each in entries]
    if papers[-1] is meeting.papers[-1]:
        wholes += [f"{title} (to follow)" for title in meeting.to_follow]
    if site.choices.items == "table":
        return _item_table(entries)
    if site.choices.items == "file blocks":
        return "".join(_file_block(site, meeting, each) for each in entries)
    if site.choices.items == "item cards":
        return "".join(_item_card(each) for each in entries)
    if site.choices.items == "terms":
        return f"<dl>{''.join(_term(each) for each in entries)}</dl>"
    opens, each_opens, between, closes = {
        "ul": ("<ul>", "<li>", "</li>", "</ul>"),
        "ol": ("<ol>", "<li>", "</li>", "</ol>"),
        "doc links": ('<ul class="doc-list">', "<li>", "</li>", "</ul>"),
        "paragraphs": ("", "<p>", "</p>", ""),
        "lines with br": ("<p>", "", "<br>\n", "</p>"),
        "buttons": ("", '<div class="wp-block-button">', "</div>", ""),
        "divs": ("", '<div class="document-row"><div class="inner">', "</div></div>", ""),
    }[site.choices.items]
    return opens + "".join(f"{each_opens}{each}{between}" for each in wholes) + closes


def _item_table(entries: Sequence[Entry]) -> str:
    rows = []
    for each in entries:
        cells = [each.number] if each.number else []
        cells += [each.beside, each.link + each.after] if each.beside else [each.link + each.after]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return "<table>" + "".join(rows) + "</table>"


def _term(each: Entry) -> str:
    return f"<dt>{each.beside or escape(each.paper.title)}</dt><dd>{each.link}{each.after}</dd>"


def _item_card(each: Entry) -> str:
    head = f"<h4>{each.beside}</h4>" if each.beside else ""
    return f'<div class="doc-card">{head}<p>{each.link}{each.after}</p></div>'


def _file_block(site: Site, meeting: Meeting, each: Entry) -> str:
    """A file of the WordPress block editor: its title and a button, both links."""
    href = escape(site.file(meeting, each.paper))
    title = each.beside or escape(each.paper.title)
    first = each.link if not each.beside else f'<a href="{href}">{title}</a>'
    button = f'<a href="{href}" class="wp-block-file__button wp-element-button" download>Download</a>'
    return f'<div class="wp-block-file">{first}{button}</div>{f"<p>{each.after}</p>" if each.after else ""}'


def container(site: Site, meeting: Meeting, number: int) -> str:
    choices, kit = site.choices, site.choices.record
    body = items(site, meeting) + _recording(meeting)
    match choices.date_place:
        case "label":
            day = dated(meeting, choices)
        case "time in label":
            day = timed(meeting, choices)
        case _:
            day = ""
    if choices.date_place == "line below":
        before = ("Date: ", "", "Held on ")[choices.content % 3] if meeting.papers else "Date: "
        body = f'<p class="date">{before}{dated(meeting, choices)}</p>{body}'
    if kit == "card with date above":
        head = "" if not day else f'<p class="date"><i class="far fa-calendar"></i> {day}</p>'
        note = f" – {meeting.note}" if meeting.note else ""
        return panel(kit, f"{head}<h3>{escape(meeting.body)}{note}</h3>", body, number)
    if kit == "facts":
        when = f"<dt>Date</dt><dd>{day}</dd>" if day else ""
        note = f" – {meeting.note}" if meeting.note else ""
        what = f"<dt>Meeting</dt><dd>{escape(meeting.body)}{note}</dd>"
        where = "<dt>Venue</dt><dd>Education Centre</dd>"
        return panel(kit, when + what + where, body or "<p>None yet</p>", number)
    if kit == "rowspan table":
        return _rowspan(site, meeting, label(meeting, choices, day), body)
    return panel(kit, label(meeting, choices, day), body, number)


def _recording(meeting: Meeting) -> str:
    return f'<p><a href="{meeting.recording}">Watch the recording</a></p>' if meeting.recording else ""


def _rowspan(site: Site, meeting: Meeting, said: str, body: str) -> str:
    entries = [entry(site, meeting, paper) for paper in meeting.papers]
    if not entries:
        return f"<tr><td>{said}</td><td></td></tr>"
    below = f"<br>{dated(meeting, site.choices)}" if site.choices.date_place == "line below" else ""
    first, *rest = [f"<td>{each.whole}</td>" for each in entries]
    head = f'<tr><td rowspan="{len(entries)}">{said}{below}</td>{first}</tr>'
    return head + "".join(f"<tr>{each}</tr>" for each in rest)


# --- rows: a meeting each ---


def meeting_row(site: Site, meeting: Meeting) -> str:
    choices = site.choices
    day = timed(meeting, choices) if choices.date_place == "time in label" else dated(meeting, choices)
    said = label(meeting, choices, day)
    links = [entry(site, meeting, paper) for paper in meeting.papers]
    joined = (" | ", ", ", " ")[choices.content % 3].join(each.whole for each in links)
    match choices.record:
        case "list row":
            return f"<li>{said} – {joined}</li>" if links else f"<li>{said}</li>"
        case "paragraph with br":
            return f"<p>{said}<br>" + "<br>".join(each.whole for each in links) + "</p>"
        case "documents table" | "headless table":
            lines = "<br>".join(each.whole for each in links)
            return f"<tr><td>{said}</td><td>{lines or '&nbsp;'}</td></tr>"
        case "drupal view":
            fields = "".join(
                f'<div class="views-field views-field-field-file"><span class="file">{each.whole}</span></div>'
                for each in links
            )
            return (
                f'<div class="views-row"><div class="views-field views-field-title"><span class="field-content">'
                f"{said}</span></div>{fields}</div>"
            )
        case _:
            return _columns(site, meeting, day, links)


def _columns(site: Site, meeting: Meeting, day: str, links: Sequence[Entry]) -> str:
    """One cell for each kind of paper."""
    cells = {
        head: "<br>".join(each.link + each.after for each in links if each.paper.kind == kind)
        for head, kind in _heads(site)
    }
    note = f" – {meeting.note}" if meeting.note else ""
    tag = "th" if site.choices.content % 5 == 1 else "td"
    scope = ' scope="row"' if tag == "th" else ""
    own = {
        "Date": f"<{tag}{scope}>{day}{note}</{tag}>",
        "Meeting": f"<td>{escape(meeting.body)}</td>",
        "Venue": "<td>Education Centre</td>",
    }
    papers = {head: f"<td>{cell or '&nbsp;'}</td>" for head, cell in cells.items()}
    columns = _columns_of(site)
    return "<tr>" + "".join((own | papers)[head] for head in columns) + "</tr>"


def _turned(site: Site, meetings: Sequence[Meeting]) -> str:
    """A table with a column for each meeting and a row for each kind of paper."""
    days = "".join(f"<td><strong>{dated(each, site.choices)}</strong></td>" for each in meetings)
    rows = [f"<tr><td>&nbsp;</td>{days}</tr>"]
    for head, kind in _heads(site):
        cells = []
        for meeting in meetings:
            found = [entry(site, meeting, paper) for paper in meeting.papers if paper.kind == kind]
            cells.append("<br>".join(each.link + each.after for each in found) or "n/a")
        rows.append(f"<tr><td>{head}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _columns_of(site: Site) -> list[str]:
    """The heads of a table of meetings, in this site's order."""
    papers = [head for head, _ in _heads(site)]
    return (
        ["Date", "Meeting", *papers],
        ["Date", "Meeting", "Venue", *papers],
        ["Meeting", "Date", *papers],
        [*papers, "Date", "Meeting"],
        ["Meeting", *papers, "Date"],
        ["Date", "Venue", *papers, "Meeting"],
    )[site.choices.content % 6]


def _heads(site: Site) -> list[tuple[str, str]]:
    if site.choices.stock == "one pack":
        return [("Papers", "pack")]
    return [("Agenda", "agenda"), ("Papers", "pack"), ("Minutes", "minutes")]


def _table_head(site: Site) -> str:
    choices = site.choices
    match choices.record:
        case "meeting table":
            heads = _columns_of(site)
        case "documents table":
            heads = ["Meeting", "Documents"]
        case "rowspan table":
            heads = ["Meeting", "Papers"] if choices.content % 2 else []
        case "paper table":
            heads = [head for head, _ in _paper_cells(site, None, None)]
        case _:
            heads = []
    return "<thead><tr>" + "".join(f"<th>{each}</th>" for each in heads) + "</tr></thead>" if heads else ""


# --- rows: a paper each ---


def paper_row(site: Site, meeting: Meeting, paper: Paper) -> str:
    choices = site.choices
    each = entry(site, meeting, paper)
    href = escape(site.file(meeting, paper))
    title = each.beside or each.paper.title
    when = (
        f'<p class="meta">Meeting date: {dated(meeting, choices)}</p>'
        if choices.date_place == "meta line"
        else ""
    )
    match choices.record:
        case "paper table":
            cells = _paper_cells(site, meeting, each)
            return "<tr>" + "".join(f"<td>{cell}</td>" for _, cell in cells) + "</tr>"
        case "download manager":
            return _package(site, meeting, each, href, title, when)
        case "sharepoint library":
            return _library_row(site, meeting, each)
        case "figures":
            cover = f'<a href="{href}"><img src="/covers/{slug_of(title)}.webp" alt=""></a>'
            whose = f"{meeting.committee}, " if meeting.committee else ""  # a caption alone tells whose it is
            said = f"{title}<br>{whose}{dated(meeting, choices)}"
            return f'<figure class="cover">{cover}<figcaption>{said}{each.after}</figcaption></figure>'
        case "paper file blocks":
            return _file_block(site, meeting, each)
        case _:
            return {
                "paper list": f"<li>{each.whole}</li>",
                "search results": f'<li class="result"><h3>{each.link}</h3>{when}<p>{each.after or "PDF document"}</p></li>',
                "umbraco list": f'<div class="document-list__item"><div class="document-list__text">{each.whole}</div>{when}<span class="document-list__type">PDF</span></div>',
                "coldfusion library": f'<div class="doc_row"><img src="/images/pdf.gif" alt="PDF"> {each.whole}</div>',
            }[choices.record]


def _library_row(site: Site, meeting: Meeting, each: Entry) -> str:
    modified = f"{put_up(site, meeting, each.paper):%d/%m/%Y} 09:{10 + meeting.day.day}"
    cell = f'<td class="ms-vb2"><nobr>{modified}</nobr></td>' if site.choices.published == "column" else ""
    icon = '<td class="ms-vb-icon"><img alt="" src="/_layouts/images/icpdf.png"></td>'
    return f'<tr class="ms-itmhover">{icon}<td class="ms-vb-title">{each.link}</td>{cell}</tr>'


def _paper_cells(site: Site, meeting: Meeting | None, each: Entry | None) -> list[tuple[str, str]]:
    """Heads and cells of a table of papers, in the order of this site's columns."""
    choices = site.choices
    cells: list[tuple[str, str]] = []
    has_button = choices.link_text in BESIDE
    cells.append(("Title", ((each.beside if has_button else each.link) + "") if each else ""))
    if choices.date_place == "meta line":
        cells.append(("Meeting date", dated(meeting, choices) if meeting else ""))
    if choices.published == "column":
        word = ("Uploaded", "Published", "Modified", "Date added")[choices.content % 4]
        day = spell(put_up(site, meeting, each.paper), "26/11/2026") if meeting and each else ""
        cells.append((word, day))
    if choices.content % 5 == 0:
        cells.reverse()
    if has_button:
        cells.append(("Link", each.link if each else ""))
    return cells


def _package(site: Site, meeting: Meeting, each: Entry, href: str, title: str, when: str) -> str:
    """A card of the WordPress Download Manager: the title leads to a page about the file, the button to the file."""
    about = href.partition("?")[0]
    site.put(
        about,
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{when}{each.link}</body></html>",
    )
    return (
        f'<div class="link-template-default card mb-2"><div class="card-body"><div class="media">'
        f'<h3 class="package-title"><a href="{about}">{title}</a></h3>{when}'
        f'<div class="text-muted text-small">1 file(s) {each.after}</div>'
        f'<div class="ml-3">{each.link.replace("wpdmdl=", "refresh=6920c1&amp;wpdmdl=")}</div></div></div></div>'
    )


# --- a page's records ---


def listing(site: Site, meetings: Sequence[Meeting]) -> str:
    """The records of some meetings, in the groups of the site."""
    choices = site.choices
    by_group: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        by_group.setdefault(group_of(meeting, choices), []).append(meeting)
    number = 0
    bodies = {}
    for name, inside in by_group.items():
        bodies[name] = []
        for meeting in inside:
            bodies[name].append(_record(site, meeting, number))
            number += 1
    if choices.group_kit == "band row":
        rows = [
            f'<tr><td colspan="{_width(site)}"><strong>{name}</strong></td></tr>' + "".join(records)
            for name, records in bodies.items()
        ]
        return _around(site, rows)
    wrapped = {
        name: _turned(site, by_group[name]) if choices.turned == "yes" else _around(site, records)
        for name, records in bodies.items()
    }
    if choices.group == "none":
        return "\n".join(wrapped.values())
    return groups(choices.group_kit, [escape(name) for name in wrapped], list(wrapped.values()))


def _width(site: Site) -> int:
    return {"meeting table": len(_columns_of(site)), "paper table": len(_paper_cells(site, None, None))}.get(
        site.choices.record, 2
    )


def _record(site: Site, meeting: Meeting, number: int) -> str:
    record = site.choices.record
    if record in CONTAINERS:
        return container(site, meeting, number)
    if record in ROWS:
        return meeting_row(site, meeting)
    rows = [paper_row(site, meeting, paper) for paper in meeting.papers]
    return "\n".join([*rows, _policy_row(site, meeting)] if meeting.policy else rows)


def _policy_row(site: Site, meeting: Meeting) -> str:
    """A policy between the papers of a list of everything."""
    anchor = f'<a href="{site.standing(meeting.policy)}">{meeting.policy}</a>'
    when = f"Published {meeting.day.day} {meeting.day:%B %Y}"
    if site.choices.record == "paper table":
        cells = {"Title": anchor, "Meeting date": "&nbsp;", "Link": "&nbsp;"}
        heads = [head for head, _ in _paper_cells(site, None, None)]
        return (
            "<tr>"
            + "".join(f"<td>{cells.get(head, f'{meeting.day:%d/%m/%Y}')}</td>" for head in heads)
            + "</tr>"
        )
    return {
        "search results": f'<li class="result"><h3>{anchor}</h3><p>Policy</p><p>{when}</p></li>',
        "umbraco list": f'<div class="document-list__item"><div class="document-list__text">{anchor}</div><span class="meta">Policy. {when}</span></div>',
        "download manager": f'<div class="link-template-default card mb-2"><div class="card-body"><h3 class="package-title">{anchor}</h3><div class="text-muted text-small">Policies. {when}</div></div></div>',
    }[site.choices.record]


def _around(site: Site, records: Sequence[str]) -> str:
    inside = "\n".join(records)
    record = site.choices.record
    match record:
        case "list row" | "paper list":
            return f"<ul>{inside}</ul>"
        case "search results":
            return f'<ol class="results">{inside}</ol>'
        case "rowspan table" | "meeting table" | "documents table" | "headless table" | "paper table":
            return f"<table>{_table_head(site)}<tbody>{inside}</tbody></table>"
        case "sharepoint library":
            last = "<th>Modified</th>" if site.choices.published == "column" else ""
            head = f'<tr class="ms-viewheadertr"><th></th><th>Name</th>{last}</tr>'
            return f'<table class="ms-listviewtable">{head}{inside}</table>'
        case "drupal view":
            return f'<div class="view view-meetings"><div class="view-content">{inside}</div></div>'
        case _:
            return around(record, records)
