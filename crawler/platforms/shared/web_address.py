"""Addresses as a browser reads them, and as the key of what is there: one spelling, in one place.

`clean_url` is what we ask for, `canonical` what we remember. The same paper is linked with `%2D` and `-`,
with backslashes, with a port that goes without saying, with a session in the path; it is one paper.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.platforms.shared.web_archive import original_of

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# ASP.NET puts a cookieless session into the path: /(S(token))/, /(X(1)S(token))/. Java puts it behind.
_SESSION = re.compile(
    r"/\((?:[A-Z]\([^()/]{0,80}\)){1,4}\)(?=/|$)|;(?:jsessionid|phpsessid|sid)=[^/;?#]*", re.IGNORECASE
)
# What changes from day to day in a query while the paper stays the same.
_NOISE = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|_ga|_gl|mc_[ce]id|_hs\w+|ver|v|t|ts|rnd|cb|cache|refresh|ind|session\w*|sid"
    r"|phpsessid|jsessionid|cfid|cftoken|x-amz-\w+|expires|signature|awsaccesskeyid|token)$",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]")
_LINE_END = re.compile(r"\s*[\t\r\n]\s*")  # templates break lines within a file's name, for a blank
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NO_HOST = re.compile(r"[\s<>\"'`|\\^{}#%/?@]")  # a name with one of these is not a host
_OWN_PORTS = {"http": 80, "https": 443}


def clean_url(href: str, *, base: str) -> str:
    """An absolute http(s) address without session and fragment, percent-encoded; "" if `href` is not one."""
    href = _LINE_END.sub(" ", _INVISIBLE.sub("", href).strip()).replace("&amp;", "&")
    if not href:
        return ""
    try:
        joined = urlsplit(urljoin(base, _with_slashes(href)))
        host = _host(joined)
        if joined.scheme not in {"http", "https"} or not host:
            return ""
        path = _without_dots(_SESSION.sub("", joined.path))
        return safe_url_string(urlunsplit((joined.scheme, host, path, joined.query, "")))
    except ValueError:  # a port or an IPv6 host that is not valid
        return ""


def canonical_url(url: str) -> str:
    """Returns the address as a key: without scheme, www., port, session, tracking and version noise.

    A capture of the web archive has the key of what was captured, whichever capture it is.
    """
    try:
        parts = urlsplit(_plain_escapes(_with_slashes(original_of(url))))
    except ValueError:  # an IPv6 host that is not valid
        return url
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    path = _SESSION.sub("", parts.path)
    query = sorted((key, value) for key, value in parse_qsl(parts.query) if not _NOISE.match(key))
    return f"{host}{path.rstrip('/') or '/'}" + (f"?{urlencode(query)}" if query else "")


def host_of(url: str) -> str:
    """Returns the host of an address, the same with and without www., "" for one without."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # an IPv6 host that is not valid
        return ""


def _with_slashes(href: str) -> str:
    r"""`\files\x.pdf` is `/files/x.pdf`; a backslash in a query is one."""
    end = min((at for at in (href.find("?"), href.find("#")) if at >= 0), default=len(href))
    return href[:end].replace("\\", "/") + href[end:]


def _without_dots(path: str) -> str:
    """Without `.` and `..`: an address that is absolute is not joined to anything that would resolve them."""
    if "/." not in path:
        return path
    kept: list[str] = []
    *folders, last = path.split("/")
    for segment in folders:
        if segment == "..":
            kept = kept[:1] + kept[1:-1]
        elif segment != ".":
            kept.append(segment)
    if last == "..":
        kept = kept[:1] + kept[1:-1]
    return "/".join([*kept, "" if last in {".", ".."} else last])


def _host(parts: SplitResult) -> str:
    """User, host and port: lower case, no dot at the end, no port that goes without saying."""
    host = (parts.hostname or "").rstrip(".")
    if not host or _NO_HOST.search(host):
        return ""
    user = parts.netloc.rpartition("@")[0]
    name = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != _OWN_PORTS.get(parts.scheme) else ""
    return (f"{user}@" if user else "") + name + port


def _plain_escapes(url: str) -> str:
    """`%2D` is `-`, `%7e` is `~`; what must stay escaped is written with capitals."""
    return _ESCAPE.sub(_plain, url)


def _plain(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()
