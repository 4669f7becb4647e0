"""Notes, stamps and fields on a layer that is switched off: nobody sees them, so they are hidden first.

PDFium tells that a note is on a layer and not whether that is off, so pdfminer is asked: of few files.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

    from extractors.pdf.pdfminer_fallback import Opinion

_LAYER = b"OC"
_MOST = 2_000  # of a page
_DEEPEST = 20  # expressions within expressions


def hide(page: pypdfium2.PdfPage, number: int, opinion: Opinion) -> None:
    """Say of each note on a layer that is off that it is hidden, in memory alone."""
    with_layer = [at for at, note in _notes(page) if pdfium.FPDFAnnot_HasKey(note, _LAYER)]
    if not with_layer:
        return
    off: set[int] = set()
    with contextlib.suppress(Exception):  # pdfminer raises whatever a broken file makes it stumble over
        off = _off(opinion.page(number), with_layer)
    for at, note in _notes(page):
        if at in off:
            flags = pdfium.FPDFAnnot_GetFlags(note) | pdfium.FPDF_ANNOT_FLAG_HIDDEN
            pdfium.FPDFAnnot_SetFlags(note, flags)


def _notes(page: pypdfium2.PdfPage) -> Iterator[tuple[int, object]]:
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST)):
        note = pdfium.FPDFPage_GetAnnot(page, at)
        if note:
            try:
                yield at, note
            finally:
                pdfium.FPDFPage_CloseAnnot(note)


def _off(page: Any, numbers: list[int]) -> set[int]:
    """Which of these notes of a page are on a layer that is off, as pdfminer has the page."""
    from pdfminer.pdftypes import resolve1  # noqa: PLC0415 - loaded for few files

    notes = resolve1(page.attrs["Annots"])
    layers = _Layers(resolve1(page.doc.catalog["OCProperties"]))
    return {at for at in numbers if not layers.show(resolve1(notes[at])["OC"])}


class _Layers:
    """What of a document's layers is on, in its usual view. PDF 32000-1, 8.11."""

    def __init__(self, said: Any) -> None:
        from pdfminer.pdftypes import resolve1  # noqa: PLC0415

        self._resolve = resolve1
        usual = resolve1(said.get("D", {}))
        base = self._name(usual.get("BaseState"))
        self._off = {each.objid for each in resolve1(usual.get("OFF") or [])}
        if base == "OFF":
            every = {each.objid for each in resolve1(said.get("OCGs") or [])}
            self._off |= every - {each.objid for each in resolve1(usual.get("ON") or [])}

    def show(self, member: Any) -> bool:
        """Whether a layer, or what several make up together, is on."""
        said = self._resolve(member)
        if self._name(said.get("Type")) != "OCMD":
            return member.objid not in self._off
        if "VE" in said:
            return self._holds(said["VE"], 0)
        groups = self._resolve(said.get("OCGs") or [])
        states = [
            each.objid not in self._off for each in (groups if isinstance(groups, list) else [said["OCGs"]])
        ]
        if not states:
            return True
        policy = self._name(said.get("P")) or "AnyOn"
        return {"AllOn": all(states), "AnyOff": not all(states), "AllOff": not any(states)}.get(
            policy, any(states)
        )

    def _holds(self, expression: Any, depth: int) -> bool:
        said = self._resolve(expression)
        if not isinstance(said, list) or depth > _DEEPEST:
            return expression.objid not in self._off
        kind, *inner = said
        found = [self._holds(each, depth + 1) for each in inner]
        return {"Not": not any(found), "And": all(found)}.get(self._name(kind), any(found))

    @staticmethod
    def _name(said: Any) -> str:
        return getattr(said, "name", "") or ""
