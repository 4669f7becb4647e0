"""What the words mean that every page, message and file uses alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.site import Site


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    name: str
    meaning: str

    @property
    def id(self) -> str:
        return self.name.lower().replace(" ", "-")


TERMS = (
    GlossaryTerm(
        "Alert",
        "What you ask us to look for: topics or search words, in the papers of some bodies, committees or"
        " meetings, in single papers, or in all. Also called a watch list. We send what it finds as a"
        " digest.",
    ),
    GlossaryTerm(
        "Body", "An organisation that publishes papers: a council, an NHS board, a national office."
    ),
    GlossaryTerm("Captured", "When we downloaded a version of a paper, in Coordinated Universal Time (UTC)."),
    GlossaryTerm(
        "Collection",
        "Pages that a reader has saved, with notes and tags. Others see it only if its reader shares it.",
    ),
    GlossaryTerm(
        "Concept",
        "The name of a topic in our data and its addresses. A concept and a topic are the same thing.",
    ),
    GlossaryTerm(
        "Coverage",
        "Which bodies and papers we could read, and which not.",
    ),
    GlossaryTerm(
        "Denominator",
        "What a search or a digest looked through: how many bodies, papers and pages. Without it, “nothing"
        " found” means little.",
    ),
    GlossaryTerm(
        "Digest",
        "The message with what your alerts found: immediate, daily, weekly or monthly.",
    ),
    GlossaryTerm(
        "First mention", "The earliest mention of a topic that we know of, by a body or by any body."
    ),
    GlossaryTerm(
        "Meeting", "A meeting of a body or of one of its committees, with the papers published for it."
    ),
    GlossaryTerm("Mention", "One passage on a page that uses a wording of a topic, or your search words."),
    GlossaryTerm(
        "Paper", "A document that a body publishes, such as an agenda, minutes, a report or a consultation."
    ),
    GlossaryTerm(
        "Passage",
        "The words around a mention. The same passage in several papers is shown once: digests count these. "
        "In a quote, “ / ” is where a heading, a cell or a line ends, and “…” is what is left out.",
    ),
    GlossaryTerm(
        "Revision",
        "One version of a paper, as we captured it. If the file at its address changes, we keep both. Also"
        " called a version.",
    ),
    GlossaryTerm(
        "SHA-256",
        "A fingerprint of a file. If yours has the same one, you have exactly the file that we read.",
    ),
    GlossaryTerm("Source", "A website, or a part of one, where we look for the papers of a body."),
    GlossaryTerm("Topic", "One idea under all its names. Each name is a wording."),
    GlossaryTerm(
        "Withdrawn", "Said of a paper that its body no longer lists. We say on which day we noticed."
    ),
)


class Glossary:
    def __init__(self, site: Site) -> None:
        self._site = site

    def glossary(self, request: Request) -> Response:  # noqa: ARG002 - what Starlette calls a handler with
        return self._site.page("glossary.html", terms=TERMS)
