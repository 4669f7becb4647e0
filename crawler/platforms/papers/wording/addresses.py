"""What an address says: a file or a page, a social network, a document service, the name of a file."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.platforms.shared.printed_dates import date_mentions

# Addresses that give a file, with or without an ending: by content system, as seen on ICB and trust sites.
_FILE_ENDING = re.compile(
    r"\.(?:pdf|docx?|odt|rtf|pptx?|odp|xlsx?|ods|zip|msg|eml)(?:\.(?:aspx|ashx|axd))?$",  # Kentico's last
    re.IGNORECASE,
)
_NOT_A_PAPER_ENDING = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|mp[34]|mov|m4a|wav|ics|csv|css|js|xml|json|rss|vcf|exe)$", re.IGNORECASE
)
_PAGE_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp|cfm)$", re.IGNORECASE)
_FILE_PATH = re.compile(
    r"/download_file/"  # Concrete CMS
    r"|/download-attachment/\d"  # WordPress
    r"|/downloads?/[^/?]+"  # WordPress Download Manager and others
    r"|/[^/]*\d[^/]*/(?:file|download)/?$"  # Joomla, Drupal, redirects
    r"|/(?:application|sites/default)/files/|/wp-content/uploads/|/fileadmin/|/s3/assets/"
    r"|/documents/\d+/\d+/[^/]+/[0-9a-f]{8}-[0-9a-f-]{27}"  # Liferay
    r"|/-?/?media/[^/]+/[^/]+"  # Umbraco, Sitecore, and others without an ending
    r"|/(?:gatewaylink|showdocument|downloaddocument|getfile|getdocument|documentdownload)\b",
    re.IGNORECASE,
)
_FILE_QUERY = re.compile(r"(?:^|&)(?:layout=file|wpdmdl=\d|doc=\w|alid=\d|force_?download)", re.IGNORECASE)

_ELSEWHERE = re.compile(
    r"(?:^|\.)(?:youtube\.com|youtu\.be|vimeo\.com|facebook\.com|x\.com|twitter\.com|linkedin\.com"
    r"|instagram\.com"
    r"|tiktok\.com|teams\.microsoft\.com|zoom\.us|forms\.office\.com|forms\.gle|eventbrite\.[a-z.]+|t\.co"
    r"|whatsapp\.com|(?<!drive\.)(?<!docs\.)google\.com|surveymonkey\.[a-z.]+|slido\.com|sli\.do|bsky\.app)$",
    re.IGNORECASE,
)


def is_file_address(url: str) -> bool:
    """The address looks like a file's, whatever its ending."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    # Liferay puts an id after the name: /documents/12/agenda.pdf/5ab0-11
    said = (*path.split("/"), *(value for _, value in parse_qsl(parts.query)))
    if any(_FILE_ENDING.search(each) for each in said):
        return True
    if _FILE_QUERY.search(parts.query):
        return True
    return bool(_FILE_PATH.search(path)) and not (
        _PAGE_ENDING.search(path)
        and not re.search(r"gatewaylink|download|getfile|showdocument", path, re.IGNORECASE)
    )


def is_other_media(url: str) -> bool:
    """A picture, a recording, a calendar entry, a table of raw data."""
    return bool(_NOT_A_PAPER_ENDING.search(urlsplit(url).path))


def is_elsewhere(url: str) -> bool:
    """A social network, a video or meeting service, a form."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return bool(_ELSEWHERE.search(host))


def file_name(url: str) -> str:
    """The last telling part of an address, as words: of its path, or of the file that its query names."""
    parts = urlsplit(url)
    named = [value for _, value in parse_qsl(parts.query) if _FILE_ENDING.search(value)]
    path = named[0] if named else parts.path
    names = [unquote(part) for part in re.split(r"[/\\\\]", path) if part]
    names = [
        name for name in names if not re.fullmatch(r"\d*|file|download|[0-9a-f-]{32,}", name, re.IGNORECASE)
    ]
    name = _without_id(names[-1]) if names else ""
    return re.sub(r"\.[a-z]{3,4}(?:\.(?:aspx|ashx|axd))?$", "", name, flags=re.IGNORECASE)


_ID = re.compile(r"^(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{4,8}[_-](?=[a-z])", re.IGNORECASE)


def _without_id(name: str) -> str:
    """A name without the number that a store put before it: "39e1_sept" says no 1 September."""
    found = _ID.match(name)
    return name[found.end() :] if found and not date_mentions(spaced(found[0])) else name


def folders(url: str) -> str:
    """The folders of an address as words, outermost first; those by which a system files uploads left out."""
    path = _UPLOADS.sub("/", unquote(urlsplit(url).path))
    return " / ".join(spaced(part) for part in path.split("/")[1:-1] if part)


def spaced(name: str) -> str:
    """A file name as words: cut at marks, at a change of case, between letters and digits."""
    name = _DAY_APART.sub(r"\g<1>/\g<3>/\g<4>", name)
    name = re.sub(r"%20|[-_+.]+", " ", name)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    name = re.sub(r"(?<=\d)(st|nd|rd|th)(?=[A-Za-z])", r"\1 ", name, flags=re.IGNORECASE)
    name = _RUN_TOGETHER.sub(" ", name)
    name = re.sub(
        r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=(?!(?:st|nd|rd|th)(?![a-z]))[A-Za-z])", " ", name, flags=re.IGNORECASE
    )
    return " ".join(name.split())


# "4-11-25" and "20.1.2026": with one digit, the blanks of words would take them apart. Items have points too.
_DAY_APART = re.compile(
    r"(?<![\d.])(?<!item.)(?<!paper.)(?<!enc.)(?<!part.)(?<!v)(\d{1,2})([-._])(\d{1,2})\2(20\d\d|(?<=-)[12]\d)(?![\d.]\d|\d)",
    re.IGNORECASE,
)
_UPLOADS = re.compile(
    r"/(?:wp-content/uploads|uploads|sites/[^/]+/files|application/files)(?:/20\d\d[/-]?(?:\d\d)?|/\d+)*/",
    re.IGNORECASE,
)
_MONTH_NAMES = "january|february|march|april|may|june|july|august|september|october|november|december"
# boardpapersjuly2025: words that a file name writes as one
_RUN_TOGETHER = re.compile(
    r"(?<=[a-z]{4})(?=(?:papers?|minutes|agendas?|packs?|meetings?)(?![a-z])|(?:papers|minutes"
    r"|agenda|meeting)(?:"
    + _MONTH_NAMES
    + r"))|(?<=[a-z]{3})(?=(?:"
    + _MONTH_NAMES
    + r")[ ]?\d)|(?<=[a-z])(?<=papers|inutes|agenda)(?=(?:"
    + _MONTH_NAMES
    + r")\b)",
    re.IGNORECASE,
)


_SERVICES = re.compile(
    r"(?:^|\.)(?:sharepoint\.com|1drv\.ms|onedrive\.live\.com|drive\.google\.com|docs\.google\.com"
    r"|dropbox\.com|box\.com"
    r"|issuu\.com|yumpu\.com|wetransfer\.com|we\.tl|egnyte\.com|sharefile\.[a-z.]+)$",
    re.IGNORECASE,
)


def is_document_service(url: str) -> bool:
    """A service that shows documents to people: SharePoint, a drive, a reader of magazines."""
    return bool(_SERVICES.search(urlsplit(url).hostname or ""))


_PACKAGE = re.compile(r"/downloads?/(?:download/\d+/)?[^/]*[a-z]{3}[^/]*/?$", re.IGNORECASE)


# a name that no person gave: of a store of files, mostly
_IN_FILES = re.compile(r"/files?/[^/.]+$", re.IGNORECASE)
_OPAQUE = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{13,27}$|/[0-9a-f]{16,}$", re.IGNORECASE)
# /download?id=214
_GIVES = re.compile(r"/(?:downloads?|files?|attachments?|documents?)(?:\.\w+)?/?$", re.IGNORECASE)
_ONE_NUMBER = re.compile(r"[\w-]+=[a-z]*\d+", re.IGNORECASE)


def may_be_page(url: str) -> bool:
    """An address by which some systems give a file and others a page about it."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.query:
        is_asked_for = _GIVES.search(path) and _ONE_NUMBER.fullmatch(parts.query)
        return bool(is_asked_for) and not is_file_address(url)
    if is_file_address(url) and not _PACKAGE.search(path):
        return False
    return bool(
        _PACKAGE.search(path) or _OPAQUE.search(path) or _IN_FILES.search(path)
    ) and not _FILE_ENDING.search(path)


def is_page_address(url: str) -> bool:
    return bool(_PAGE_ENDING.search(urlsplit(url).path))
