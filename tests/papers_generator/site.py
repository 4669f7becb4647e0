"""A site: what each address answers, and the truth of it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tests.papers_generator.choices import Choices
    from tests.papers_generator.matter import Matter, Meeting, Paper

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%%EOF\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an address answers; a redirect where `to` is given."""

    media_type: str = "text/html"
    body: bytes = b""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One paper of the key. `day` is a day, or a month as 2026-11 where the site says no more."""

    url: str
    day: str
    kind: str
    words: tuple[str, ...]
    also: tuple[str, ...] = ()  # other kinds that are as right
    also_urls: tuple[str, ...] = ()  # other addresses that are as right
    committee: str = ""
    is_tolerated: bool = False  # of another body on its own page: may be left out
    is_elsewhere: bool = False  # on a host that the line does not name: taken, or its host is named


def same(url: str) -> tuple[str, str, str, str]:
    """An address without fragment, order of query and what only refreshes a download."""
    parts = urlsplit(url)
    query = [each for each in parse_qsl(parts.query, keep_blank_values=True) if each[0] != "refresh"]
    return (
        parts.scheme,
        parts.netloc.lower(),
        unquote(parts.path).rstrip("/"),
        urlencode(sorted(query)),
    )


def find(pages: Mapping[tuple[str, str, str, str], Answer], url: str) -> Answer | None:
    """What an address answers; parameters that a server does not know are ignored, as servers do."""
    scheme, host, path, query = same(url)
    exact = pages.get((scheme, host, path, query))
    if exact is not None or not query:
        return exact
    for key, value in parse_qsl(query):
        if (one := pages.get((scheme, host, path, urlencode([(key, value)])))) is not None:
            return one
    return pages.get((scheme, host, path, ""))


@dataclass(slots=True, kw_only=True)
class Site:
    """The pages of one site, being built or built."""

    choices: Choices
    matter: Matter
    pages: dict[tuple[str, str, str, str], Answer] = field(default_factory=dict)
    truth: dict[tuple[str, str, str, str], Truth] = field(default_factory=dict)
    not_papers: list[str] = field(default_factory=list)
    start: str = ""
    _files: dict[tuple[Meeting, Paper], str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"https://www.{self.matter.slug}.example"

    @property
    def file_origin(self) -> str:
        slug = self.matter.slug
        return {
            "own": self.origin,
            "subdomain": f"https://documents.{slug}.example",
            "second named": f"https://{slug}-papers.example",
            "second unnamed": f"https://{slug}-papers.example",
            "bucket named": f"https://{slug}-site.s3.eu-west-2.amazonaws.com",
            "sharepoint unnamed": f"https://{slug}.sharepoint.com",
            "drive unnamed": "https://drive.google.com",
        }[self.choices.hosts]

    @property
    def hosts(self) -> list[str]:
        """What the source's line names besides its own host."""
        is_named = self.choices.hosts in {"second named", "bucket named"}  # a subdomain is the site's own
        return [urlsplit(self.file_origin).hostname or ""] if is_named else []

    def put(self, path: str, html: str) -> str:
        url = path if path.startswith("http") else self.origin + path
        self.pages[same(url)] = Answer(body=html.encode())
        return url

    def standing(self, title: str) -> str:
        """The address of a file that is no paper of a meeting."""
        url = f"{self.origin}/wp-content/uploads/2026/04/{slug_of(title)}.pdf"
        if url not in self.not_papers:
            self.not_papers.append(url)
            self.pages[same(url)] = Answer(media_type="application/pdf", body=PDF)
        return url

    def file(self, meeting: Meeting, paper: Paper) -> str:
        """The address of a paper as a page writes it; its truth is noted the first time."""
        if (meeting, paper) not in self._files:
            number = self.number_of(meeting, paper)
            url = self._address(meeting, paper, number)
            self.pages[same(url)] = Answer(media_type="application/pdf", body=PDF)
            self.truth[same(url)] = self._truth(url, meeting, paper)
            self._files[meeting, paper] = self._way_to(url, number)
        url = self._files[meeting, paper]
        return url.removeprefix(self.origin) if self.choices.content % 3 else url

    def number_of(self, meeting: Meeting, paper: Paper) -> int:
        """Which of the site's files it is."""
        return len(self._files)

    def page_name(self, meeting: Meeting, place: int) -> str:
        """The last part of the address of a meeting's page; `place` is where it stands in the list."""
        if self.choices.content % 2:
            return f"meeting-{place + 11}"
        return f"{slug_of(meeting.body)}-{place + 11}"

    def _way_to(self, url: str, number: int) -> str:
        """The address by which pages lead to a file; the file's own for most sites."""
        if not url.endswith((".pdf", "=sharing")):
            return url  # no viewer shows a zip
        match self.choices.address:
            case "redirect":
                way = f"{self.origin}/go/{number + 300}/file"
                self.pages[same(way)] = Answer(to=url)
                self.truth[same(url)] = replace(self.truth[same(url)], also_urls=(way,))
                return way
            case "viewer":
                way = f"{self.origin}/pdf-viewer/?{urlencode({'file': url})}"
                self.put(way, f'<html><body><iframe src="{escape(url)}"></iframe></body></html>')
                return way
            case "safelink":
                query = urlencode({"url": url, "data": "05|02|", "reserved": "0"})
                return f"https://eur01.safelinks.protection.outlook.com/?{query}"
            case _:
                return url

    def _truth(self, url: str, meeting: Meeting, paper: Paper) -> Truth:
        is_month = self.choices.date_form == "November 2026" and meeting not in self.matter.others
        return Truth(
            url=url,
            day=f"{meeting.day:%Y-%m}" if is_month else meeting.day.isoformat(),
            kind=paper.kind,
            words=paper.words,
            also=paper.also,
            committee=meeting.committee,
            is_tolerated=meeting in self.matter.others,
            is_elsewhere=self.choices.hosts.endswith("unnamed"),
        )

    def _address(self, meeting: Meeting, paper: Paper, number: int) -> str:
        name, origin, rng = self._name(meeting, paper), self.file_origin, self.matter.rng
        put_up = meeting.day + timedelta(days=40 if paper.kind == "minutes" else -7)
        key = uuid.UUID(int=rng.getrandbits(128))
        body = slug_of(meeting.body)
        folder = f"{body}/{meeting.day:%Y}" if self.choices.date_form != "November 2026" else body
        path = {
            "uploads": f"/wp-content/uploads/{put_up:%Y/%m}/{name}-{number}.pdf",
            "site files": f"/sites/default/files/{put_up:%Y-%m}/{name}_{number}.pdf",
            "documents folder": f"/documents/{folder}/{number}/{name}.pdf",
            "documents library": f"/DocumentsLibrary/{folder}/{number}/{name}.pdf",
            "redirect": f"/wp-content/uploads/{put_up:%Y/%m}/{name}-{number}.pdf",
            "viewer": f"/wp-content/uploads/{put_up:%Y/%m}/{name}-{number}.pdf",
            "safelink": f"/wp-content/uploads/{put_up:%Y/%m}/{name}-{number}.pdf",
            "numbered folders": f"/media/{2001 + 3 * number}/{name}.pdf",
            "media": f"/media/{key.hex[:8]}/{name}.pdf",
            "download_file": f"/download_file/view/{9000 + number}/712",
            "joomla": f"/documents/board-papers/{1500 + number}-{name}/file",
            "uuid": f"/production/documents/{key}",
            "liferay": f"/documents/20182/{1048000 + number}/{name}/{key}?t={1790000000000 + number}",
            "coldfusion": f"/download.cfm?doc=docm93jijm4n{14000 + number}.pdf&ver={18000 + number}",
            "attachment": f"/download-attachment/{5200 + number}",
            "download manager": f"/download/{name}-{number}/?wpdmdl={4100 + number}",
        }[self.choices.address]
        if self.choices.hosts == "drive unnamed":
            path = f"/file/d/1{key.hex}/view?usp=sharing"
        elif self.choices.hosts == "sharepoint unnamed":
            path = f"/:b:/s/Board/E{key.hex[:20]}?e={name}"
        if paper.suffix:
            path = path.replace(".pdf", f".{paper.suffix}")
        return origin + path

    def _name(self, meeting: Meeting, paper: Paper) -> str:
        """The stem of the file's name, with or without a date."""
        title, day, rng = slug_of(paper.title), meeting.day, self.matter.rng
        if meeting.slip == "no such day":
            return f"{day:%Y-%m-%d}-{title}"
        if self.choices.date_place == "file name" and meeting not in self.matter.others:
            return f"{title}-{in_name(day, self.choices.date_form)}"
        if meeting.is_wrong_in_names:
            return f"{title}-{day.day}-{day:%B}-{day.year - 1}".lower()
        if self.choices.date_form == "November 2026" or self.choices.content % 2:
            return rng.choice((title, f"{title}-final", f"{title}-v2", f"public-{title}"))
        return rng.choice((f"{title}-{day.day}-{day:%B}-{day.year}".lower(), f"{day:%Y%m%d}-{title}", title))


def in_name(day: date, form: str) -> str:
    return {
        "2026-11-26": f"{day:%Y-%m-%d}",
        "20261126": f"{day:%Y%m%d}",
        "26.11.26": f"{day:%d.%m.%y}",
        "26-November-2026": f"{day.day}-{day:%B-%Y}",
        "26NOV2026": f"{day:%d}{day:%b}".upper() + f"{day:%Y}",
        "26112026": f"{day:%d%m%Y}",
    }[form]


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")
