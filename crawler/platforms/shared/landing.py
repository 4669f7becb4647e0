"""A page where a file was promised: it shows the file, offers it for download, or is the paper itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.wording.addresses import is_file_address, is_other_media
from crawler.platforms.papers.wording.bodies import slug
from crawler.platforms.shared import page_matter
from crawler.platforms.shared.web_address import canonical_url, clean_url
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from pipeline.model import Capture, Document, Source

_FEWEST_WORDS = 120  # of a page that is read as the paper: what says less only is in its way
_REFRESH = re.compile(
    rb"""<meta[^>]{0,100}http-equiv=["']?refresh["']?[^>]{0,100}url=\s*["']?([^"'>\s]{1,2000})""",
    re.IGNORECASE,
)
_DOWNLOAD = re.compile(r"\bdownload\b|^(?:view|open|read)\b", re.IGNORECASE)


def file_behind(source: Source, document: Document, capture: Capture) -> str:
    """The address of the one file that a page is about; "" where it shows none, or several alike."""
    if (refresh := _REFRESH.search(capture.body)) is not None:
        return clean_url(refresh[1].decode(errors="replace"), base=capture.url)
    try:
        links = page_matter.read(source, capture).links
    except ParseError:
        return ""
    here = {canonical_url(capture.url), canonical_url(document.url)}
    files = [
        link
        for link in links
        if is_file_address(link.url) and not is_other_media(link.url) and canonical_url(link.url) not in here
    ]
    for chosen in (
        files,
        [link for link in files if slug(link.title) == slug(document.title)],
        [link for link in files if _DOWNLOAD.search(link.title)],
    ):
        if len(chosen) == 1:
            return chosen[0].url
    return ""


def is_the_paper(source: Source, capture: Capture) -> bool:
    """Whether the page has a text of its own, as minutes that a site shows as a page have."""
    try:
        matter = page_matter.read(source, capture)
    except ParseError:
        return False
    return matter.words >= _FEWEST_WORDS and not matter.asks_password
