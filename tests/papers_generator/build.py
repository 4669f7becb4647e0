"""A whole site out of its choices: its pages, how they lead to each other, and its truth."""
# ruff: noqa: E501, RUF001 - markup reads best a line each; sites write en dashes

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tests.papers_generator import frame
from tests.papers_generator.choices import Choices, from_seed
from tests.papers_generator.diary import diary
from tests.papers_generator.kits import groups
from tests.papers_generator.matter import matter_of
from tests.papers_generator.records import items, listing
from tests.papers_generator.site import Site, slug_of
from tests.papers_generator.spelling import dated, group_of, label, timed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.papers_generator.matter import Meeting

MORE = {
    "older page": (
        *("Older papers", "Archived papers", "Papers of earlier meetings are available here"),
        "When the board met elsewhere (up to March 2025)",
    ),
    "next page": ("Next", "Next page", "Next ›"),
    "load more": ("Load more", "Show more", "View more meetings"),
}


def site_of_seed(seed: int) -> Site:
    return build(from_seed(seed))


def build(choices: Choices) -> Site:
    site = Site(choices=choices, matter=matter_of(choices))
    base = ("/about-us/board-papers/", "/trust-board/meetings/", "/about/our-board/board-meetings/")[
        choices.content % 3
    ]
    return filled(site, base)


def filled(site: Site, base: str) -> Site:
    """The site with its pages, the first of them at `base`."""
    site.start = site.origin + base
    match site.choices.depth:
        case "one page":
            _list_page(site, base, site.matter.meetings)
        case "meeting pages":
            _hub(site, base, site.matter.meetings)
        case "board hub":
            _list_page(site, f"{base}papers/", site.matter.meetings)
            _board_hub(site, base)
        case "year pages" | "year then meeting pages":
            _year_pages(site, base)
        case "body pages":
            _body_pages(site, base)
        case _:
            _paged(site, base)
    return site


def _board_hub(site: Site, base: str) -> None:
    """A page about the board, from which one link leads to its papers."""
    papers = "Meeting papers" if site.choices.content % 2 else _title(site)
    links = (
        ("/about-us/our-board/", "Who is on our board"),
        (f"{base}papers/", papers),
        ("/about-us/policies/", "Policies"),
        ("/about-us/annual-reports/", "Annual reports"),
    )
    listed = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in links)
    main = f"<p>The board leads our organisation.</p><ul>{listed}</ul>"
    heading = "Our board and its meetings"
    site.put(base, frame.page(site, title=heading, heading=heading, main=main, crumbs=[("", heading)]))


def _title(site: Site) -> str:
    if site.choices.committees in {"mixed", "by group"}:
        return ("Meeting papers", "Board and committee papers", "Meetings in public")[
            site.choices.content % 3
        ]
    board = escape(site.matter.board)
    return (f"{board} papers", f"{board} meetings", "Board meetings and papers", "Board papers")[
        site.choices.content % 4
    ]


def _intro(site: Site) -> str:
    board = escape(site.matter.board)
    return (
        f"<p>Our {board} meets in public. Members of the public are welcome to observe.</p>",
        "<p>Papers are published five working days before each meeting. Meetings start at 9.30am.</p>",
        "<p>You can find the agendas, papers and minutes of our meetings below.</p>",
    )[site.choices.content % 3]


def _list_page(
    site: Site,
    path: str,
    meetings: Sequence[Meeting],
    *,
    heading: str = "",
    more: str = "",
    crumbs: Sequence[tuple[str, str]] = (),
    is_first: bool = True,
) -> None:
    """A page with the papers on it."""
    heading = heading or _title(site)
    main = _intro(site) if is_first else ""
    main += _above(site) if is_first else ""
    dates, papers = diary(site), listing(site, meetings) + more
    if dates:
        papers = f"<h2>Papers</h2>{papers}"
    main += dates + papers if site.choices.content % 2 else papers + dates
    main += _below(site) + _standing(site) + _other_bodies(site) if is_first else ""
    crumbs = crumbs or [("", heading)]
    site.put(path, frame.page(site, title=heading, heading=heading, main=main, crumbs=crumbs))


def _above(site: Site) -> str:
    """What stands between the introduction and the list."""
    parts = []
    if "intro files" in site.choices.noise:
        files = " and ".join(
            f'<a href="{site.standing(each)}">{each.lower()}</a>'
            for each in ("Guide to attending our meetings", "Public question form")
        )
        parts.append(f"<p>Please read our {files} before you come.</p>")
    meetings = [each for each in site.matter.meetings if each.papers]
    if "form in a sentence" in site.choices.noise:
        href = site.standing("Public question form")
        parts.append(
            f'<p>To ask something, fill in this form <a href="{href}">here</a> by 19 January 2027.</p>'
        )
    if "signed agreement" in site.choices.noise:
        href = site.standing("Collaboration agreement")
        signed = f'<a href="{href}">collaboration agreement (signed 11 February 2026)</a>'
        parts.append(f"<p>Our boards work together. See also the {signed} that we made.</p>")
    if "next meeting line" in site.choices.noise:
        parts.append("<p>The next meeting will be held on Thursday 28 January 2027 at 10am.</p>")
    if "pinned card" in site.choices.noise:
        parts.append(
            '<div class="card featured"><p class="date">14 March 2024</p><h3>Our new board</h3>'
            '<p>Read about the people who lead us.</p><a href="/news/new-board/">Read more</a></div>'
        )
    if "listed twice" in site.choices.irregular:
        latest = max(meetings, key=lambda each: each.day)
        href = escape(site.file(latest, latest.papers[0]))
        words = escape(latest.papers[0].title)
        day = (
            f"{latest.day.day} {latest.day:%B %Y}"
            if site.choices.date_form != "November 2026"
            else f"{latest.day:%B %Y}"
        )
        parts.append(
            f'<div class="latest"><h2>Latest papers</h2><p><a href="{href}">{escape(latest.body)} {words} {day}</a></p></div>'
        )
    return "\n".join(parts)


def _below(site: Site) -> str:
    """Standing documents under the last meeting, without a heading of their own."""
    parts = []
    if "agreed terms" in site.choices.noise:
        href = site.standing("Terms of reference")
        parts.append(f'<p><a href="{href}">Terms of reference</a> (agreed 9 July 2026)</p>')
    if "line of standing documents" in site.choices.noise:
        said = ("Conflicts of interest policy", "Register of interests (October 2026)", "Constitution")
        links = " | ".join(f'<a href="{site.standing(each)}">{each}</a>' for each in said)
        parts.append(f"<p>{links}</p>")
    return "".join(parts)


def _standing(site: Site) -> str:
    if not site.matter.standing:
        return ""
    links = "".join(f'<li><a href="{site.standing(each)}">{each}</a></li>' for each in site.matter.standing)
    return f"<h2>Governance documents</h2><ul>{links}</ul>"


def _other_bodies(site: Site) -> str:
    """A link to the page of a committee that has its own."""
    if not site.matter.others:
        return ""
    body = site.matter.others[0].body
    path = f"/about-us/{slug_of(body)}/"
    entries = "".join(
        f'<li><a href="{escape(site.file(each, paper))}">{escape(body)} {paper.title.lower()} '
        f"{each.day.day} {each.day:%B %Y}</a></li>"
        for each in site.matter.others
        for paper in each.papers
    )
    site.put(
        path, frame.page(site, title=body, heading=body, main=f"<ul>{entries}</ul>", crumbs=[("", body)])
    )
    return f'<p>See also <a href="{path}">{escape(body)} meetings</a>.</p>'


# --- meetings with pages of their own ---


def _hub(site: Site, base: str, meetings: Sequence[Meeting], *, heading: str = "", year: str = "") -> None:
    """A list of links to meetings' pages."""
    heading = heading or _title(site)
    by_group: dict[str, list[str]] = {}
    for number, meeting in enumerate(meetings):
        slug = site.page_name(meeting, number)
        path = f"{base}{slug}/" if "?" not in base else f"{base}&item={slug}"
        if meeting.papers:
            _meeting_page(site, path, meeting, (base, heading), year)
        by_group.setdefault(group_of(meeting, site.choices), []).append(_hub_entry(site, path, meeting))
    tag = {"table": "table", "card": "div"}.get(site.choices.hub, "ul")
    lists = {name: f"<{tag}>{''.join(entries)}</{tag}>" for name, entries in by_group.items()}
    if site.choices.group == "none":
        listed = "".join(lists.values())
    else:
        listed = groups(site.choices.group_kit, [escape(name) for name in lists], list(lists.values()))
    main = f"{_intro(site)}{_above(site)}{listed}{_standing(site)}{_other_bodies(site)}"
    site.put(base, frame.page(site, title=heading, heading=heading, main=main, crumbs=[("", heading)]))


def _hub_entry(site: Site, path: str, meeting: Meeting) -> str:
    choices = site.choices
    said = label(meeting, choices, dated(meeting, choices))
    has_page = bool(meeting.papers)
    if choices.hub_says == "month":
        said = label(meeting, choices, f"{meeting.day:%B %Y}")
    elif choices.hub_says == "month in words":
        said = f"{escape(meeting.body)}: papers for our {meeting.day:%B} meeting"
        said += f" – {meeting.note}" if meeting.note else ""
    match choices.hub:
        case "card":
            more = f'<a href="{path}">View papers</a>' if has_page else "<p>Papers to follow</p>"
            return f'<div class="card"><h3>{said}</h3>{more}</div>'
        case "table":
            more = f'<a href="{path}">View</a>' if has_page else ""
            return f"<tr><td>{said}</td><td>{escape(meeting.body)}</td><td>{more}</td></tr>"
        case "date beside":
            return (
                f'<li>{said} – <a href="{path}">agenda and papers</a></li>'
                if has_page
                else f"<li>{said}</li>"
            )
        case _:
            return f'<li><a href="{path}">{said}</a></li>' if has_page else f"<li>{said}</li>"


def _meeting_page(site: Site, path: str, meeting: Meeting, hub: tuple[str, str], year: str) -> None:
    choices = site.choices
    said, plain = dated(meeting, choices), f"{escape(meeting.body)} meeting papers"
    heading, title, crumb, lines = plain, plain, plain, ""
    match choices.date_place:
        case "page heading":
            heading = title = crumb = label(meeting, choices, said)
        case "page title":
            title = label(meeting, choices, said)
        case "breadcrumb":
            crumb = label(meeting, choices, said)
        case "line":
            lines = f"<p><strong>Date:</strong> {said}</p><p><strong>Time:</strong> 9.30am</p><p><strong>Venue:</strong> Education Centre</p>"
        case "time element":
            lines = f'<p class="when">{timed(meeting, choices)}, 10am to 12.30pm</p>'
        case _:
            pass
    crumbs = [hub, *([(hub[0], year)] if year else []), ("", crumb)]
    site.put(
        path, frame.page(site, title=title, heading=heading, main=lines + items(site, meeting), crumbs=crumbs)
    )


# --- lists over several pages ---


def _year_pages(site: Site, base: str) -> None:
    heading = _title(site)
    links = []
    years = dict.fromkeys(each.day.year for each in site.matter.meetings)
    for year in years:
        inside = [each for each in site.matter.meetings if each.day.year == year]
        path, words = (
            _year_path(site, base, year),
            (f"{year}", f"{year} papers", f"Meetings in {year}")[site.choices.content % 3],
        )
        links.append((path, words))
        crumbs = [(base, heading), ("", str(year))]
        if site.choices.depth == "year pages":
            _list_page(site, path, inside, heading=f"{heading} {year}", crumbs=crumbs, is_first=False)
        else:
            _hub(site, path, inside, heading=f"{heading} {year}", year=str(year))
    main = f"{_intro(site)}{_ways(site, base, links)}{_standing(site)}{_other_bodies(site)}"
    site.put(base, frame.page(site, title=heading, heading=heading, main=main, crumbs=[("", heading)]))


def _ways(site: Site, base: str, places: Sequence[tuple[str, str]]) -> str:
    """What leads to the pages of years."""
    match site.choices.ways:
        case "jump menu":
            options = "".join(f'<option value="{path}">{words}</option>' for path, words in places)
            return f'<select onchange="location=this.value"><option value="">Choose a year</option>{options}</select>'
        case "form":
            years = [(path.rpartition("=")[2], words) for path, words in places]
            options = "".join(f'<option value="{year}">{words}</option>' for year, words in years)
            choice = f'<select name="meeting_year"><option value="">Any year</option>{options}</select>'
            return f'<form action="{base}">{choice}<button>Show</button></form>'
        case "button":
            return "".join(
                f'<button type="button" data-href="{path}">{words}</button> ' for path, words in places
            )
        case "panel":
            return "".join(
                f'<details hx-get="{path}" hx-trigger="toggle once"><summary>{words}</summary><div></div></details>'
                for path, words in places
            )
        case "tab":
            tabs = "".join(f'<div role="tab" data-url="{path}">{words}</div>' for path, words in places)
            return f'<div role="tablist">{tabs}</div>'
        case _:
            entries = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in places)
            return f"<ul>{entries}</ul>"


def _year_path(site: Site, base: str, year: int) -> str:
    return {
        "folders": f"{base}{year}/",
        "query": f"{base}?meeting_year={year}",
        "opaque": f"{base}?folder={900 + 31 * (year - 2000)}",
    }[site.choices.paths]


def _paged(site: Site, base: str) -> None:
    meetings, depth = site.matter.meetings, site.choices.depth
    size = max(1, (len(meetings) + 1) // 2 if depth == "older page" else (len(meetings) + 2) // 3)
    pages = [meetings[at : at + size] for at in range(0, len(meetings), size)]
    paths = [_paged_path(base, depth, number) for number in range(len(pages))]
    for number, inside in enumerate(pages):
        more = _more(site, paths, number)
        _list_page(site, paths[number], inside, more=more, is_first=number == 0)


def _paged_path(base: str, depth: str, number: int) -> str:
    if number == 0:
        return base
    if depth in {"section menu", "pointing words"}:
        return f"{base.rstrip('/').rpartition('/')[0]}/earlier-{number}/"
    return f"{base}archive/" if depth == "older page" else f"{base}?page={number + 1}"


def _pointing(site: Site, path: str) -> str:
    """A sentence whose link says nothing itself."""
    return (
        f'<p>Minutes and papers of earlier meetings are on a <a href="{path}">separate page</a>.</p>',
        f'<p>We meet in public. Our papers from before this list are <a href="{path}">here</a>.</p>',
        f'<p>Older agendas and minutes are kept in <a href="{path}">our archive</a>.</p>',
    )[site.choices.content % 3]


def _body_pages(site: Site, base: str) -> None:
    """A folder for each body."""
    heading = _title(site)
    rows = []
    for number, body in enumerate(dict.fromkeys(each.body for each in site.matter.meetings)):
        path = f"{base}{310 + number}/"
        inside = [each for each in site.matter.meetings if each.body == body]
        _list_page(site, path, inside, heading=escape(body), is_first=False)
        rows.append(f'<a href="{path}">{escape(body)}</a>')
    if site.choices.content % 2:
        listed = "<ul>" + "".join(f"<li>{each}</li>" for each in rows) + "</ul>"
    else:
        head = "<tr><th>Name</th><th>Type</th><th>Modified</th></tr>"
        cells = "<td>Folder</td><td>18/11/2026 09:12</td>"
        listed = f"<table>{head}" + "".join(f"<tr><td>{each}</td>{cells}</tr>" for each in rows) + "</table>"
    main = f"{_intro(site)}{_above(site)}{listed}{_standing(site)}"
    site.put(base, frame.page(site, title=heading, heading=heading, main=main, crumbs=[("", heading)]))


def _more(site: Site, paths: Sequence[str], number: int) -> str:
    """The links to a list's other pages."""
    depth = site.choices.depth
    if depth == "numbered pages":
        links = [
            f"<li><span>{n + 1}</span></li>" if n == number else f'<li><a href="{path}">{n + 1}</a></li>'
            for n, path in enumerate(paths)
        ]
        return f'<nav aria-label="Pages"><ul class="pager">{"".join(links)}</ul></nav>'
    if number + 1 == len(paths):
        return ""
    if depth == "section menu":
        own, other = (
            ("Agendas and papers", "Meeting papers")[number % 2],
            ("Archive", "Previous meetings")[number % 2],
        )
        entries = (
            f'<li><a href="{paths[number]}">{own}</a></li><li><a href="{paths[number + 1]}">{other}</a></li>'
        )
        return f'<nav class="left" aria-label="Section"><ul>{entries}</ul></nav>'
    if depth == "pointing words":
        return _pointing(site, paths[number + 1])
    words = MORE[depth][site.choices.content % len(MORE[depth])]
    rel = ' rel="next"' if depth == "next page" else ""
    path = paths[number + 1]
    return {
        "links": f'<p><a href="{path}"{rel}>{words}</a></p>',
        "button": f'<button hx-get="{path}" hx-target="#list">{words}</button>',
        "data": f'<a href="#" class="btn" data-url="{path}">{words}</a>',
        "scroll": f'<div class="infinite-scroll" data-next-url="{path}"></div>',
    }[site.choices.ways]
