"""Every address that a page shows: the archive's own, and those of others that are safe to follow.

The archive's own begin at its home page: where it is under a path of a site, `prefix` is put before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from pipeline.addresses import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.evidence.collection import SavedPage


def at_page(url: str, page: int) -> str:
    """The paper on its body's own site; a PDF viewer opens it at the page, anything else ignores that."""
    found = safe(url)
    return f"{found}#page={page}" if found and "#" not in found else found


def search(**asked: str | int) -> str:
    return with_query("/search", **asked)


def paper(document: int) -> str:
    return f"/papers/{document}"


def page(document: int, number: int, *, q: str = "", version: str = "") -> str:
    """A page of a paper; `q` is marked in it, `version` is the SHA-256 of bytes that are not the newest."""
    return with_query(f"/papers/{document}/pages/{number}", q=q, version=version)


def citation(document: int, number: int, style: str, version: str = "") -> str:
    return with_query(f"/papers/{document}/pages/{number}/citation.{style}", version=version)


def find(document: int) -> str:
    return f"/papers/{document}/find"


def original(document: int, version: str = "") -> str:
    return with_query(f"/papers/{document}/original", version=version)


def picture(document: int, number: int, size: str, sha256: str) -> str:
    return with_query(f"/papers/{document}/pages/{number}/{size}.png", version=sha256)


def comparison(document: int, old: str, new: str) -> str:
    return with_query(f"/papers/{document}/changes", old=old, new=new)


def meeting(meeting_id: int) -> str:
    return f"/meetings/{meeting_id}"


def neighbours(meeting_id: int) -> str:
    """What neighbours say on the subjects of a meeting."""
    return f"{meeting(meeting_id)}/neighbours"


def passage(passage: str) -> str:
    return f"/passages/{quote(passage, safe='')}"


def concept(concept_id: str) -> str:
    return f"/concepts/{quote(concept_id, safe='')}"


def firm(firm_id: str) -> str:
    return f"/firms/{quote(firm_id, safe='')}"


def wrong(sha256: str, concept_id: str, wording: str, *, undo: bool = False) -> str:
    """Where a reader says that a wording is not about its topic in this paper, or takes it back."""
    return with_query(f"/wrong/{sha256}", topic=concept_id, wording=wording, undo="1" if undo else "")


def reader(token: str) -> str:
    return f"/reader/{quote(token, safe='')}"


def digest(name: str) -> str:
    """One digest of a reader, by its signed name."""
    return f"/digests/{quote(name, safe='')}"


def watch(**asked: str) -> str:
    return with_query("/watch", **asked)


def watch_step(step: str, form: Mapping[str, Sequence[str]]) -> str:
    """A step of signing up, with all that was said so far."""
    return f"/watch?{urlencode({**form, 'step': step}, doseq=True, errors='replace')}"


def watch_part(body_id: str, kind: str, what: str | int) -> str:
    """Where a reader begins to follow a committee, a meeting or a paper of a body."""
    return with_query("/watch", part=f"{body_id}/{kind}/{what}")


def collection(key: str) -> str:
    """Where its reader changes a collection."""
    return f"/collections/{quote(key, safe='')}"


def shared(share: str) -> str:
    """Where others see a collection."""
    return f"/shared/{quote(share, safe='')}"


def saved(item: SavedPage) -> str:
    """The page of a collection as it was saved."""
    if item.page:
        return page(item.document, item.page, version=item.sha256)
    return with_query(paper(item.document), version=item.sha256)


def save(document: int, page: int = 0, version: str = "") -> str:
    return with_query("/save", paper=document, page=page, version=version)


def body(body_id: str) -> str:
    return f"/bodies/{quote(body_id, safe='')}"


def with_query(path: str, **asked: str | int) -> str:
    """The path with those parameters that say something."""
    given = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode(given, errors='replace')}" if given else path


def absolute(base: str, path: str) -> str:
    """The address for whoever is not on this site: in a citation, a file, a feed."""
    return base.rstrip("/") + path


def prefix(base: str) -> str:
    """The path under which the archive is: "/papers" of https://example.org/papers/, mostly nothing."""
    return urlsplit(base).path.rstrip("/")


def evidence(document: int, version: str = "", page: int = 0) -> str:
    """An evidence pack of a paper, or of one page of it."""
    return with_query(f"/papers/{document}/evidence.zip", version=version, page=str(page) if page else "")
