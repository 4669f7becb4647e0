"""Office Open XML packages and the XML in them, by a parser that fetches nothing and expands nothing.

A package is parts that name one another. Each part that is asked for is noted: what nobody has asked for in
the end, and is not known to be without words, was left out, and `left` names it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import unquote

from lxml import etree

from extractors.zips import DAMAGED, is_damage
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_LARGEST = 256 * 1024 * 1024  # bytes of one part when unpacked
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Office writes "transitional" files. A "strict" one has the same elements under other addresses.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_HAS_CHART = re.compile(r"/charts?/[^/]+\.xml$", re.IGNORECASE)
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
# Relations to parts without words that a reader sees there.
_WORDLESS = re.compile(
    r"""
    # how the paper looks
    theme | themeOverride | styles | stylesWithEffects | richStyles | numbering | font | fontTable |
    tableStyles | chartStyle | chartColorStyle | diagramColors | diagramLayout | diagramQuickStyle |
    handoutMaster | notesMaster |
    # (of the layouts of slides, those in use are read)
    slideLayout | slideMaster |
    # what the programs keep for themselves
    settings | webSettings | presProps | viewProps | printerSettings | calcChain | sheetMetadata |
    connections | core-properties | extended-properties | custom-properties | customProperty | thumbnail
    | customXml | customXmlProps | xmlMaps | origin | signature | people | person | authors |
    commentAuthors | commentsExtended | commentsIds | commentsExtensible | documenttasks | changesInfo |
    revisionInfo | revisionHeaders | usernames | tags | vbaProject | wordVbaData | ui | customUI |
    extensibility | userCustomization | attachedToolbars | keyMapCustomizations | attachedTemplate |
    webextension | webextensiontaskpanes | glossaryDocument | mailMergeSource | recipientData |
    volatileDependencies | xlBinaryIndex | namedSheetView | rdRichValue\w* | rdSupportingPropertyBag |
    [fF]eaturePropertyBag | slideUpdateInfo | control | ctrlProp | frame |
    # what is shown, or read, elsewhere: the cells of a table, a diagram as it was drawn, files within
    table | tableSingleCells | queryTable | pivotTable | pivotCacheDefinition | pivotCacheRecords |
    slicer | slicerCache | timeline | timelineCache | externalLink | diagramDrawing | hyperlink |
    sharedStrings | worksheet | package | oleObject | vmlDrawing |
    # sounds and films
    audio | video | media
    """,
    re.VERBOSE,
)


def parse(content: bytes) -> etree._Element:
    """Raises ExtractionError for what is no well-formed XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"not well-formed XML: {error}") from error


def read(path: Path, part: str) -> bytes:
    """One part of a package; b"" where it is not there."""
    with Package(path) as package:
        return package.read(part)


class Relation(NamedTuple):
    kind: str  # the last step of its address: "image", "chart"
    target: str  # a part


class Package:
    """The parts of a package. A context manager. Raises ExtractionError where one cannot be read."""

    def __init__(self, file: Path | IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (*DAMAGED, OSError) as error:
            if not is_damage(error):
                raise
            raise ExtractionError(FailureReason.UNREADABLE, f"a package: {error}") from error
        self._names = {name.replace("\\", "/").lower().lstrip("/"): name for name in self._zip.namelist()}
        self._asked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def read(self, part: str) -> bytes:
        """One part; b"" where it is not there."""
        name = self._names.get(part.lower())
        self._asked.add(part.lower())
        if name is None:
            return b""
        try:
            if self._zip.getinfo(name).file_size > _LARGEST:
                raise ExtractionError(
                    FailureReason.TOO_LARGE, f"{part} unpacks to more than {_LARGEST} bytes"
                )
            return self._zip.read(name)
        except (*DAMAGED, OSError) as error:
            if not is_damage(error):
                raise
            raise ExtractionError(FailureReason.UNREADABLE, f"{part}: {error}") from error

    def xml(self, part: str) -> etree._Element:
        return parse(_STRICT.sub(_TRANSITIONAL, self.read(part)))

    def main(self, otherwise: str) -> str:
        """The part that all others hang on."""
        return next((each.target for each in self.of("", "officeDocument") if each.target in self), otherwise)

    def relations(self, part: str) -> dict[str, Relation]:
        """By their ids, what a part refers to within the package; "" is the package itself."""
        folder, _, name = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self:
            return {}
        return {
            each.get("Id", ""): Relation(
                (each.get("Type") or "").rpartition("/")[2], _resolved(folder, each.get("Target") or "")
            )
            for each in self.xml(rels).iter(_RELATIONS)
            if each.get("TargetMode") != "External"
        }

    def of(self, part: str, *kinds: str) -> list[Relation]:
        """What a part refers to of these kinds, in the order of the file."""
        return [each for each in self.relations(part).values() if each.kind in kinds]

    def left(self) -> Iterator[str]:
        """The parts that hang together with the package, may hold words, and were not asked for."""
        seen, waiting = {""}, [""]
        while waiting:
            for relation in self.relations(waiting.pop()).values():
                part = relation.target.lower()
                if part in seen or part not in self._names or _WORDLESS.fullmatch(relation.kind):
                    continue
                seen.add(part)
                waiting.append(relation.target)
                if part not in self._asked:
                    yield relation.target

    def embedded(self) -> Iterator[str]:
        """The files within, but for the numbers behind a chart: the chart shows them."""
        behind_charts = {
            relation.target.lower()
            for name in self._names.values()
            if _HAS_CHART.search(name)
            for relation in self.relations(name).values()
        }
        seen = set(behind_charts)
        for name in self._names.values():
            if name.endswith(".rels"):
                continue
            for relation in self.of(name, "package", "oleObject"):
                if relation.target.lower() not in seen and relation.target in self:
                    seen.add(relation.target.lower())
                    yield relation.target


def _resolved(folder: str, target: str) -> str:
    """Where a relation leads, from the part whose folder it is."""
    target = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")


def core_properties(path: Path) -> dict[str, str]:
    """Title, author and dates of an Office Open XML package."""
    names = {
        "title": "title",
        "creator": "author",
        "created": "created",
        "modified": "modified",
    }
    content = read(path, "docProps/core.xml")
    if not content:
        return {}
    facts = {}
    for element in parse(content).iter(etree.Element):
        name = etree.QName(element).localname
        if name in names and element.text:
            facts[names[name]] = element.text
    return facts
