"""Every address that a message, feed or calendar points to. The web's routes are the other half of this."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from alerts import identity
from pipeline import addresses
from pipeline.matching.query import quoted

if TYPE_CHECKING:
    from alerts.config import AlertConfig
    from pipeline.model import Digest, DigestEntry, HitPlace, Subscriber

_PDF = "application/pdf"
_LONGEST = 1000  # characters: mail clients cut longer ones
_PHRASE = 10  # words, by which a passage is searched for
_SHORT = 12  # digits of a SHA-256: enough to name one of the versions of a paper; a proof names it whole


def safe(url: str) -> str:
    """The address if a reader may follow it from a message, else ""."""
    return addresses.safe(url, _LONGEST)


def original(place: HitPlace) -> str:
    """The paper on its body's own site, opened at the page where a viewer can do that (PDF)."""
    url = safe(place.url)
    if not url:
        return ""
    parts = urlsplit(url)
    is_pdf = place.media_type == _PDF if place.media_type else parts.path.lower().endswith(".pdf")
    if not is_pdf:
        return url
    return urlunsplit(parts._replace(fragment=f"page={place.page}"))


def archived(settings: AlertConfig, place: HitPlace) -> str:
    """The page in the very bytes that were read, whatever has replaced them since."""
    version = quote(place.sha256[:_SHORT], safe="", errors="replace")
    return _ours(settings, f"papers/{place.document}/pages/{place.page}?version={version}")


def wrong(settings: AlertConfig, place: HitPlace, concept_id: str, wording: str) -> str:
    """Where a reader says that a wording is not about its topic in this paper."""
    version = quote(place.sha256[:_SHORT], safe="", errors="replace")
    asked = urlencode({"topic": concept_id, "wording": wording}, errors="replace")
    return _ours(settings, f"wrong/{version}?{asked}")


def proof(settings: AlertConfig, place: HitPlace) -> str:
    """The version of the paper that was read, with its whole SHA-256 and when it was captured."""
    version = quote(place.sha256, safe="", errors="replace")
    return _ours(settings, f"papers/{place.document}?version={version}")


def digest(settings: AlertConfig, digest: Digest, part: str = "", **narrowed: str) -> str:
    """Returns all that this message tells, on the web, or one list of it: a `part` of the page.

    `narrowed` to the mentions of a body or a topic, it has nothing else.
    Whoever has this address can read the digest and do nothing else.
    """
    name = identity.signed(identity.fingerprint(digest.key), digest.subscriber)
    asked = f"?{urlencode(narrowed, errors='replace')}" if narrowed else ""
    return _ours(settings, f"digests/{name}{asked}{'#' * bool(part)}{part}")


def meeting(settings: AlertConfig, number: int) -> str:
    return _ours(settings, f"meetings/{number}") if number else ""


def paper(settings: AlertConfig, document: int) -> str:
    return _ours(settings, f"papers/{document}") if document else ""


def find(settings: AlertConfig, document: int, said: str) -> str:
    """Every page of a paper that says this; the paper itself where nothing is said."""
    asked = f"/find?{urlencode({'q': quoted(said)}, errors='replace')}" if said else ""
    return _ours(settings, f"papers/{document}{asked}")


def said(settings: AlertConfig, entry: DigestEntry) -> str:
    """A search for the words of a passage, from its mention on."""
    start = entry.marks[0][0] if entry.marks else 0
    phrase = " ".join(entry.snippet[start:].split()[:_PHRASE])
    return _ours(settings, f"search?{urlencode({'q': quoted(phrase)}, errors='replace')}")


def page(settings: AlertConfig, path: str) -> str:
    """A public page of the archive."""
    return _ours(settings, path)


def changes(settings: AlertConfig, place: HitPlace) -> str:
    """What has changed in the paper since those bytes."""
    version = quote(place.sha256[:_SHORT], safe="", errors="replace")
    return _ours(settings, f"papers/{place.document}/changes?old={version}")


def reader(settings: AlertConfig, subscriber: Subscriber) -> str:
    """The reader's own page: all their mentions, and what they follow."""
    return _ours(settings, f"reader/{quote(subscriber.token, safe='', errors='replace')}")


def unsubscribe(settings: AlertConfig, subscriber: Subscriber) -> str:
    """A GET here shows a button, a POST acts (RFC 8058): mail scanners follow links."""
    return _ours(settings, f"unsubscribe/{quote(subscriber.stop_token, safe='', errors='replace')}")


def confirm(settings: AlertConfig, token: str) -> str:
    """A GET here shows what was asked for, a POST begins it."""
    return _ours(settings, f"confirm/{quote(token, safe='', errors='replace')}")


def feed(settings: AlertConfig, token: str) -> str:
    """A watch list as a feed."""
    return _ours(settings, f"feeds/{quote(token, safe='', errors='replace')}.atom")


def follow_body(settings: AlertConfig, subscriber: Subscriber, place: HitPlace) -> str:
    """The reader's own page with an alert on the body of a paper, filled in and not yet added."""
    own = reader(settings, subscriber)
    return f"{own}?{urlencode({'body': place.body}, errors='replace')}#add" if own else ""


def _ours(settings: AlertConfig, path: str) -> str:
    return f"{settings.base_url.rstrip('/')}/{path}" if settings.base_url else ""
