"""The cover letter of a pack and its citations: plain English, no more said than is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.archive_log import checkpoint
from pipeline.english import counted, instant, short_day
from pipeline.evidence import citing
from pipeline.text.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.evidence.case import Case, PaperCase

NOT_PROVED = """What is not proved
------------------
- That the body wrote or approved a paper. The pack shows which bytes our program was sent from an address.
- The exact time. Times are those of the clock of our machine. The log shows the order of things, and that a
  thing was there no later than a root that someone else keeps.
- That nobody rewrote the whole log before anyone kept a root. Compare the root below with the foot of a
  digest that someone received, or with a copy that a person outside kept.
- What happened before an entry that is marked "entered at upgrade".
- That the text is right. A program read it from the original. Where a page says "ocr" it was read from a
  picture. The original counts.
- That we saw everything. A paper that stood on a site between two of our looks may have been missed.
- The record of the server's answer (address, headers, certificate) is what our program noted. The server has
  not signed it. When we last looked at a paper is not in the log.
"""

CHECKING = """How to check it
---------------
Unpack the ZIP. With Python 3.8 or newer, and no network, run in its folder:

    python verify.py

Each line says one thing that was checked, and OK or FAILED. It takes the ZIP too: python verify.py FILE.zip
The folder is a BagIt bag (RFC 8493): any BagIt program can check its files. The log is hashed as RFC 9162
says, and its root is signed with Ed25519 (RFC 8032), so that other programs can check these too.
"""

STAMPED = """An authority has stamped this root (RFC 3161): data/log/checkpoint.tsr says when it had seen it.
To check it with the authority's certificate:
openssl ts -verify -in checkpoint.tsr -data checkpoint.txt -CAfile CERTIFICATE"""


def letter(case: Case) -> str:
    root = case.root
    papers, size = counted(len(case.papers), "paper"), counted(root.size, "entry", "entries")
    parts = [
        "Evidence pack",
        "=============",
        "",
        f"Asked for: {one_line(case.asked)}",
        f"It holds {papers}, as they were when the archive's log had {size}.",
        *_left(case.left),
        "",
        "What is shown",
        "-------------",
        "- Each original is, byte for byte, the file whose SHA-256 is in the archive's log.",
        "- Each record (paper, meeting, version, reading, page) is the one whose hash is in the log.",
        "- Each quoted passage is at the place given in the text of its page.",
        "- Each entry of the log in the pack is in the log of the signed root.",
        "",
        NOT_PROVED,
        "The root",
        "--------",
        checkpoint.line(root),
        f"Public key (Ed25519): {root.key.hex()}",
        *([STAMPED] if root.stamp else []),
        *(f"To know: {said}." for said in case.roots_said),
        "",
        CHECKING,
        "The papers",
        "----------",
    ]
    for number, paper in enumerate(case.papers, 1):
        parts += ["", *_paper(number, paper)]
    return "\n".join(parts).rstrip() + "\n"


def _left(left: Sequence[str]) -> Iterator[str]:
    if left:
        yield ""
        yield "What was asked for and is not in this pack"
        yield "------------------------------------------"
        yield from (f"- {one_line(said)}." for said in left)


def _paper(number: int, paper: PaperCase) -> Iterator[str]:
    if paper.is_kept_back:
        yield f"{number}. Paper {paper.paper} of {paper.body_name}: {paper.state}"
        why = f" The reason given: {one_line(paper.reason)}" if paper.reason else ""
        yield f"   Its text and bytes are not in this pack: it is {paper.state}.{why}"
        yield "   Its entries in the log are here: they hold hashes and no words."
        return
    yield f"{number}. {one_line(paper.title)}"
    yield f"   {', '.join(filter(None, (paper.body_name, paper.committee, _day(paper))))}"
    yield f"   Address: {paper.url}"
    if paper.state != "public":
        yield f"   State when the pack was made: {paper.state}"
    yield "   Versions known to us:"
    for revision in paper.revisions:
        yield from _revision(revision, is_here=revision is paper.revision)
    if paper.revision is None:
        yield "     none: we have no bytes of it"
    for each in paper.pages:
        item = f": {one_line(each.page.item)}" if each.page.item else ""
        yield f"   Page {each.page.number} ({each.page.method}){item}"
        for quote in each.quotes:
            words = one_line(each.page.text[quote.start : quote.end])
            yield f"     characters {quote.start} to {quote.end}: \u201c{words}\u201d ({quote.why})"


def _revision(revision: Mapping[str, Any], *, is_here: bool) -> Iterator[str]:
    here = " (in this pack)" if is_here else ""
    yield f"     SHA-256 {revision['sha256']}, {counted(revision['size'], 'byte')}{here}"
    yield f"       first seen {instant(revision['fetched_at'])}, {revision['provenance']}"
    yield f"       the answer it came with: {'in its record' if revision['capture'] else 'not kept'}"


def _day(paper: PaperCase) -> str:
    return short_day(paper.day) if paper.day else ""


def citations(case: Case) -> str:
    """In the style of OSCOLA, and plain."""
    return "\n".join(
        f"OSCOLA: {citing.oscola(_cited(paper))}\nPlain: {citing.plain(_cited(paper))}\n"
        for paper in case.papers
        if paper.revision is not None and not paper.is_kept_back
    )


def _cited(paper: PaperCase) -> citing.Cited:
    assert paper.revision is not None
    return citing.Cited(
        body=paper.body_name,
        committee=paper.committee,
        day=paper.day,
        title=paper.title,
        pages=[each.page.number for each in paper.pages],
        url=paper.url,
        captured_at=paper.revision["fetched_at"],
        sha256=paper.revision["sha256"],
        paper=paper.paper,
    )
