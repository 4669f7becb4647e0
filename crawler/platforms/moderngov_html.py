"""ModernGov as people see it: the road where the web service is off, and the only place of packs and late
papers.

Everything is in `#modgov`; the page around it is the council's own design. A page without it is a bot
wall or an error, whatever its status says.

Traps: packs hide behind a choice page (`mgChooseDocPack`) once there are supplements; a late paper may bear
any title, so every link to a file is a paper; file sizes and ", item 59." are inside link texts; a heading
may lack the committee; long minutes are cut, with a link to the rest; committees of another council are empty
shells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.platforms.shared.committees import LISTING, Committee, Watched, none_of
from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.listed_meeting import ListedMeeting, window_of
from crawler.platforms.shared.meeting_status import told_status
from crawler.platforms.shared.meeting_text import Item, item_minutes, meeting_paper, printed_number
from crawler.platforms.shared.moderngov_links import (
    PaperLink,
    committee_id,
    item_url,
    meeting_link,
    meeting_url,
    page_name,
    paper_link,
)
from crawler.platforms.shared.select import (
    Element,
    ParsedPage,
    base_url,
    html_page,
    paragraphs_of,
    parse_time,
    query_of,
    text_of,
    title_of,
)
from pipeline.model import Document, DocumentKind, Fetch, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.model import Capture, Found, Source

_HIDDEN = frozenset({"mgFileSize", "mgHide"})
_EMPTY_LIST = re.compile(r"\bno\b.{0,200}\bmeetings are available\b", re.IGNORECASE)
_NO_PAPERS = re.compile(r"\bno documents are available\b", re.IGNORECASE)
_MEETING_HEADING = re.compile(r"\b(?:agenda|meeting|minutes|decisions)\b", re.IGNORECASE)
_PLACE = re.compile(r"^(?:proposed )?(?:venue|location)\s*:\s*", re.IGNORECASE)
_KEPT_BACK = re.compile(r"\b(?:restricted|exempt)\b", re.IGNORECASE)
_MOST_PAGES = 12  # of one list, at about 15 meetings each: a list that goes on longer walks in circles

_SECTIONS = (
    (DocumentKind.AGENDA, "agenda"),
    (DocumentKind.OTHER, "decisions"),
    (DocumentKind.MINUTES, "minutes"),
)


def committees_fetch(source: Source, context: dict[str, str]) -> Fetch:
    base = base_url(source)
    grouped = Fetch(url=f"{base}mgCommitteeStructure.aspx", step="committees page", context=context)
    return Fetch(
        url=f"{base}mgListCommittees.aspx?bcr=1", step="committees page", context=context, otherwise=grouped
    )


def meetings_fetch(source: Source, context: dict[str, str]) -> Fetch:
    url = f"{base_url(source)}ieListMeetings.aspx?CommitteeId={context['committee']}"
    return Fetch(url=url, step="meetings page", context=context)


def parse(source: Source, fetch: Fetch, capture: Capture, *, watched: Watched) -> Iterator[Found]:
    """What is on a page; raises ParseError where it is no page of ModernGov."""
    if capture.body.startswith(b"%PDF-") and fetch.step == "pack page":
        yield from _pack_itself(source, fetch)
        return
    page = html_page(source, capture)
    page.one("#modgov")
    match fetch.step:
        case "committees page":
            yield from _committees(source, fetch, page, watched)
        case "meetings page":
            yield from _meetings(source, fetch, page)
        case "meeting page":
            yield from _meeting(source, fetch, page)
        case "pack page":
            yield from _pack(source, fetch, page)
        case "item page":
            yield from _item_page(source, fetch, page)
        case _:
            raise page.error("step", "a step of this platform", fetch.step)


def _committees(source: Source, fetch: Fetch, page: ParsedPage, watched: Watched) -> Iterator[Found]:
    listed: dict[str, Committee] = {}
    for anchor in page.every("#modgov a[href]"):
        number, name = committee_id(page.link(anchor)), title_of(text_of(anchor, without=_HIDDEN))
        if number and name:
            listed.setdefault(number, Committee(id=number, name=name))
    if not listed:
        raise page.error("a[href*=mgCommitteeDetails]", "at least 1", "none")
    choice = watched.choose(tuple(listed.values()))
    if not choice.watched:
        raise page.error(
            "a[href*=mgCommitteeDetails]", "a committee that is watched", none_of(tuple(listed.values()))
        )
    for committee in choice.watched:
        yield meetings_fetch(source, fetch.context | {"committee": committee.id, "body": committee.name})
    yield from choice.said(source)


def _meetings(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    """A page of the list, then its earlier and later pages as far as the window goes, then the Listing."""
    context = fetch.context
    since, until = window_of(context)
    known = context.get("known", "").split()
    days: list[date] = []
    rows = list(_rows(source, context, page))
    if not rows and not known and not _EMPTY_LIST.search(text_of(page.one("#modgov"))):
        raise page.error("a.mgMeetingTableLnk", "at least 1, or a sentence that there are none", "neither")
    for listed in rows:
        days += [listed.starts_on] if listed.starts_on else []
        if listed.id not in known and listed.within(since, until):
            known.append(listed.id)
            yield _meeting_fetch(source, listed, context)
    beyond = _beyond(page, fetch, days, since, until)
    if beyond:
        number = int(context.get("page", "1")) + 1
        if number > _MOST_PAGES:
            raise page.error("a.mgTableNextLnk", f"a list that ends within {_MOST_PAGES} pages", "more")
        more = {"known": " ".join(known), "beyond": " ".join(beyond[1:]), "page": str(number)}
        yield Fetch(url=beyond[0], step="meetings page", context=context | more)
    else:
        yield Listing(source_id=source.id, key=LISTING + context["committee"], since=since, until=until)


def _rows(source: Source, context: dict[str, str], page: ParsedPage) -> Iterator[ListedMeeting]:
    for anchor in page.every("#modgov a[href]"):
        link = meeting_link(page.link(anchor))
        if link is None:
            continue
        row = anchor.getparent()
        words = text_of(row if row.tag in {"li", "td"} else anchor)
        said = told_status(words, parse_date(words) or parse_date(query_of(link.url).get("df", "")))
        yield ListedMeeting(
            committee=context["committee"],
            body=context["body"],
            id=link.id,
            starts_on=said.on,
            starts_at=parse_time(words),
            status=said.status,
            url=link.url if link.is_legacy else meeting_url(source, context["committee"], link.id),
        )


def _beyond(page: ParsedPage, fetch: Fetch, days: list[date], since: date, until: date) -> list[str]:
    """Pages of the list still to be read. Earlier ones are followed from each page, later ones likewise."""
    waiting = fetch.context.get("beyond", "").split()
    if not days:
        return waiting
    ways = {
        query_of(url).get("act", "").lower(): url for url in map(page.link, page.every("#modgov a[href]"))
    }
    # a page that was reached by one way is followed that way only, or the two would walk in circles
    came_by = query_of(fetch.url).get("act", "").lower()
    wanted = {"earlier": min(days) >= since, "later": max(days) <= until}
    return [
        ways[way]
        for way in ("earlier", "later")
        if way in ways and wanted[way] and came_by in {"", way} and ways[way] != fetch.url
    ] + waiting


def _meeting_fetch(source: Source, listed: ListedMeeting, context: dict[str, str]) -> Fetch:
    context = {key: context[key] for key in ("since", "until", "road")} | listed.context()
    bare = Fetch(
        url=f"{base_url(source)}mgMeetingAttendance.aspx?ID={listed.id.removeprefix('legacy-')}",
        step="bare",
        context=context,
    )
    return Fetch(url=listed.url, step="meeting page", context=context, otherwise=bare)


def _meeting(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    listed = ListedMeeting.from_context(fetch.context)
    heading = text_of(page.one("#modgov h1.mgMainTitleTxt"))
    if not _MEETING_HEADING.search(heading):
        raise page.error("h1.mgMainTitleTxt", "agenda, meeting, minutes or decisions", heading or "nothing")
    subject = text_of(next(iter(page.every("#modgov h2.mgSubTitleTxt")), None))
    said = told_status(subject, parse_date(subject) or listed.starts_on)
    yield listed.meeting(
        source,
        place=_place(page),
        status=said.status,
        starts_on=said.on,
        starts_at=parse_time(subject),
    )
    listing = f"page/{listed.id}"
    papers: dict[str, Document] = {}
    packs: dict[str, str] = {}
    for anchor in page.every("#modgov a[href]"):
        url = page.link(anchor)
        title = title_of(text_of(anchor, without=_HIDDEN))
        if page_name(url) == "mgchoosedocpack.aspx":
            packs.setdefault(url, title or "Agenda reports pack")
        elif (link := paper_link(url)) and not (link.elsewhere and _in_prose(anchor)):
            paper = _document(source, link, title, meeting_key=listed.key, listing=listing)
            papers.setdefault(paper.key, replace(paper, printed=_size(page, anchor)))
    rows = [
        _row(page, row) for table in page.every("#modgov table.mgItemTable") for row in _table_rows(table)
    ]
    if not (rows or papers or packs or _says_nothing_yet(page, heading)):
        raise page.error("table.mgItemTable", "items, papers, or a sentence that there are none", "neither")
    yield from papers.values()
    for url, title in packs.items():
        yield Fetch(url=url, step="pack page", context=listed.context() | {"title": title})
    yield from _texts(source, listed, rows, listing=listing, draft="draft" in heading.lower())
    cut = [row.id for row in rows if row.cut]
    if fetch.context["road"] == "html":
        yield from _restricted(source, rows, meeting_key=listed.key, listing=listing)
        for number in cut:
            context = listed.context() | {"item": number}
            yield Fetch(url=item_url(source, number), step="item page", context=context)
    elif rows or papers:
        url = f"{base_url(source)}mgWebService.asmx/GetMeeting?lMeetingId={listed.id}"
        context = fetch.context | {"shown": " ".join(papers), "cut": " ".join(cut)}
        yield Fetch(url=url, step="GetMeeting", context=context)
    yield Listing(source_id=source.id, key=listing)


def _in_prose(anchor: Element) -> bool:
    """A file that an item's text mentions may be anybody's; one that is listed is the meeting's."""
    return any("mgWordPara" in (each.get("class") or "") for each in anchor.iterancestors("div"))


def _says_nothing_yet(page: ParsedPage, heading: str) -> bool:
    return heading.lower() == "meeting" or bool(_NO_PAPERS.search(text_of(page.one("#modgov"))))


def _document(source: Source, link: PaperLink, title: str, *, meeting_key: str, listing: str) -> Document:
    return Document(
        source_id=source.id,
        key=link.key,
        title=title or link.name,
        kind=link.kind,
        url=link.url,
        meeting_key=meeting_key,
        is_page=link.is_page,
        listing=listing,
    )


def _size(page: ParsedPage, anchor: Element) -> str:
    """The size of a file, as its link prints it: "PDF 198 KB"."""
    return text_of(next(iter(page.every(".mgFileSize", under=anchor)), None))


def _place(page: ParsedPage) -> str:
    for label in page.every("#modgov .mgContent p > span.mgLabel"):
        if _PLACE.search(text_of(label) + " "):
            line = label.getparent()
            for anchor in page.every("a", under=line):
                if "directions" in text_of(anchor).lower():
                    anchor.drop_tree()
            return _PLACE.sub("", text_of(line)).rstrip(" .")
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One item of the table: what is said under "agenda", "decisions" and "minutes"."""

    id: str
    number: str
    title: str
    said: dict[str, list[str]]
    cut: bool
    restricted: tuple[str, ...]

    def item(self, section: str) -> Item:
        return Item(number=self.number, title=self.title, paragraphs=tuple(self.said.get(section, ())))


def _table_rows(table: Element) -> list[Element]:
    """The table's own rows: text pasted from Word brings tables of its own."""
    return table.xpath("./tr[td] | ./tbody/tr[td]")


def _row(page: ParsedPage, row: Element) -> _Row:
    cells = row.xpath("./td")
    numbers = [cell for cell in cells if "mgItemNumberCell" in (cell.get("class") or "")]
    body = cells[-1]
    anchors = [anchor.get("name") or "" for cell in numbers for anchor in page.every("a[name]", under=cell)]
    titles = page.every("p.mgAiTitleTxt", under=body)
    said: dict[str, list[str]] = {}
    section, cut = "agenda", False
    for part in body.iter("p", "div"):
        classes = (part.get("class") or "").split()
        if "mgSubItemTitleTxt" in classes:
            section = _section(text_of(part))
        elif "mgWordPara" in classes:
            for anchor in page.every("a[href]", under=part):
                if page_name(page.link(anchor)) == "mgai.aspx":
                    anchor.drop_tree()
                    cut = True
            said.setdefault(section, []).extend(paragraphs_of(part))
    return _Row(
        id=next((anchor[2:] for anchor in anchors if anchor.startswith("AI")), ""),
        number=printed_number(text_of(numbers[0])) if numbers else "",
        title=title_of(text_of(titles[0], without=_HIDDEN)) if titles else "",
        said=said,
        cut=cut,
        restricted=tuple(_restricted_titles(page, body)),
    )


def _section(label: str) -> str:
    label = label.lower()
    if "minute" in label:
        return "minutes"
    return "decisions" if "decision" in label or "resolution" in label else "agenda"


def _restricted_titles(page: ParsedPage, body: Element) -> Iterator[str]:
    for entry in page.every("ul.mgBulletList > li", under=body):
        linked = any(paper_link(page.link(anchor)) for anchor in page.every("a[href]", under=entry))
        title = title_of(text_of(entry, without=_HIDDEN))
        if not linked and _KEPT_BACK.search(title):
            yield title


def _restricted(source: Source, rows: list[_Row], *, meeting_key: str, listing: str) -> Iterator[Document]:
    for row in rows:
        for place, title in enumerate(row.restricted, start=1):
            yield Document(
                source_id=source.id,
                key=f"restricted/{row.id}/{place}",
                title=title,
                kind=DocumentKind.REPORT,
                url="",
                meeting_key=meeting_key,
                restricted=True,
                listing=listing,
            )


def _texts(
    source: Source, listed: ListedMeeting, rows: list[_Row], *, listing: str, draft: bool
) -> Iterator[Found]:
    for kind, section in _SECTIONS:
        items = [row.item(section) for row in rows]
        unsigned = draft and kind is DocumentKind.MINUTES
        yield from meeting_paper(source, listed, kind, items, listing=listing, draft=unsigned)


def _item_page(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    """One item in full: asked for where the meeting's page cuts its minutes short."""
    listed = ListedMeeting.from_context(fetch.context)
    title = title_of(text_of(page.some("#modgov h1, #modgov h2")[-1], without=_HIDDEN))
    words = [line for part in page.some("#modgov div.mgWordPara") for line in paragraphs_of(part)]
    item = Item(title=title, paragraphs=tuple(words))
    yield from item_minutes(source, listed, item, number=fetch.context["item"], url=fetch.url)


def _pack(source: Source, fetch: Fetch, page: ParsedPage) -> Iterator[Found]:
    """The page on which one chooses how to get a pack: every file that it offers."""
    listed = ListedMeeting.from_context(fetch.context)
    listing = _pack_key(fetch)
    papers: dict[str, Document] = {}
    for anchor in page.every("#modgov a[href]"):
        if link := paper_link(page.link(anchor), kind=DocumentKind.PACK):
            title = title_of(text_of(anchor, without=_HIDDEN))
            paper = _document(source, link, title, meeting_key=listed.key, listing=listing)
            papers.setdefault(paper.key, replace(paper, printed=_size(page, anchor)))
    if not papers:
        raise page.error("a[href*=documents]", "at least 1", "none")
    if len(papers) == 1:  # its name is on the meeting's page; here it is only "download"
        papers = {key: replace(paper, title=fetch.context["title"]) for key, paper in papers.items()}
    yield from papers.values()
    yield Listing(source_id=source.id, key=listing)


def _pack_itself(source: Source, fetch: Fetch) -> Iterator[Found]:
    """Where there is nothing to choose, a site may answer with the file."""
    listed = ListedMeeting.from_context(fetch.context)
    link = PaperLink(key=_pack_key(fetch), url=fetch.url, kind=DocumentKind.PACK, name="")
    yield _document(source, link, fetch.context["title"], meeting_key=listed.key, listing=_pack_key(fetch))
    yield Listing(source_id=source.id, key=_pack_key(fetch))


def _pack_key(fetch: Fetch) -> str:
    query = query_of(fetch.url)
    return f"pack/{query.get('id', '')}/{query.get('sid', '0')}"
