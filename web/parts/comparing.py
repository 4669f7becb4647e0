"""Two versions of a paper, page by page: what came, what went, and the words that changed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.addresses import version_named
from pipeline.english import counted
from pipeline.model import Revision  # noqa: TC001 - as above
from pipeline.text.canonical import shown
from pipeline.text.word_changes import Piece
from pipeline.views import PaperRow  # noqa: TC001 - the types are described to programs at run time
from web.parts.papers import paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from pipeline.model import Page
    from pipeline.public_archive import PublicArchive

SHOWN = 60  # changed pages whose words are compared
LONGEST = 2_000  # words of a page that are compared
AROUND = 12  # words kept either side of a change


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A page that differs. One number is 0 where the page is in one version only."""

    old: int
    new: int
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    paper: PaperRow
    body_name: str
    old: Revision
    new: Revision
    alike: int  # pages
    changes: tuple[Change, ...]

    @property
    def counts(self) -> str:
        """As in "3 pages the same, 2 changed, 1 new": noughts are left out."""
        both = sum(bool(change.old and change.new) for change in self.changes)
        new = sum(not change.old for change in self.changes)
        every = (
            (self.alike, "the same"),
            (both, "changed"),
            (new, "new"),
            (len(self.changes) - both - new, "gone"),
        )
        said = [(number, what) for number, what in every if number] or [(0, "the same")]
        first, *others = said
        return ", ".join([f"{counted(first[0], 'page')} {first[1]}", *(f"{n} {what}" for n, what in others)])


def versions_asked(request: Request, shelf: PublicArchive) -> Comparison:
    """The versions an address names. Raises HTTPException (404) for one that the archive does not have."""
    found = paper(request, shelf)
    versions = {revision.sha256: revision for revision in found.revisions}
    new, old = (
        versions.get(version_named(request.query_params.get(name, default), versions))
        for name, default in (("new", found.row.sha256), ("old", _before(found.revisions)))
    )
    if old is None or new is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "The archive has no such two versions of this paper.")
    if old.fetched_at > new.fetched_at:
        old, new = new, old  # an address may name them the other way round
    alike, changes = compare(shelf.pages(old.sha256), shelf.pages(new.sha256))
    return Comparison(
        paper=found.row, body_name=found.body_name, old=old, new=new, alike=alike, changes=tuple(changes)
    )


def _before(revisions: Sequence[Revision]) -> str:
    """The last version but one."""
    return revisions[-2].sha256 if len(revisions) > 1 else ""


def compare(old: Sequence[Page], new: Sequence[Page]) -> tuple[int, list[Change]]:
    """How many pages are alike, and those that differ, in the order of the new version."""
    before, after = ([shown(page.text) for page in pages] for pages in (old, new))
    alike, changes = 0, list[Change]()
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            alike += b - a
            continue
        for at in range(max(b - a, d - c)):
            one = a + at if a + at < b else -1
            other = c + at if c + at < d else -1
            compared = one >= 0 and other >= 0 and len(changes) < SHOWN
            changes.append(
                Change(
                    old=old[one].number if one >= 0 else 0,
                    new=new[other].number if other >= 0 else 0,
                    pieces=tuple(_words(before[one], after[other])) if compared else (),
                )
            )
    return alike, changes


def _words(old: str, new: str) -> list[Piece]:
    """The words of a page in order, those that are alike shortened to what is needed to find the place."""
    before, after = old.split()[:LONGEST], new.split()[:LONGEST]
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces += _shortened(before[a:b], first=a == 0, last=b == len(before))
            continue
        if b > a:
            pieces.append(Piece(text=" ".join(before[a:b]), kind="gone"))
        if d > c:
            pieces.append(Piece(text=" ".join(after[c:d]), kind="new"))
    return pieces


def _shortened(words: Sequence[str], *, first: bool, last: bool) -> list[Piece]:
    if len(words) <= 2 * AROUND:
        return [Piece(text=" ".join(words))]
    pieces = [] if first else [Piece(text=" ".join(words[:AROUND]))]
    pieces.append(Piece(text="…", kind="cut"))
    return pieces if last else [*pieces, Piece(text=" ".join(words[-AROUND:]))]
