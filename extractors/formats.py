"""The formats we read, one line each.

The versions are here, apart from the code, so that the parent process knows them without loading a parser.
Raise a format's version when its text may come out differently: every file of that format is then read again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    module: str
    version: str
    media_type: str
    facts_with_pages: bool = False  # `extract` takes a dict for what the file says of itself


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

SNIFFER_VERSION = "5"  # of what tells the formats apart: a file that it knew nothing of is read again with it

EXTRACTORS = {
    "pdf": Format("extractors.pdf.document", "11", "application/pdf", facts_with_pages=True),
    "docx": Format("extractors.office.docx_files", "11", f"{_OFFICE}.wordprocessingml.document"),
    "doc": Format("extractors.office.doc_files", "10", "application/msword", facts_with_pages=True),
    "odt": Format("extractors.office.opendocument", "9", f"{_OPEN}.text"),
    "rtf": Format("extractors.office.rtf", "7", "application/rtf"),
    "pptx": Format("extractors.office.pptx_files", "9", f"{_OFFICE}.presentationml.presentation"),
    "odp": Format("extractors.office.opendocument", "10", f"{_OPEN}.presentation"),
    "xlsx": Format("extractors.office.spreadsheets", "11", f"{_OFFICE}.spreadsheetml.sheet"),
    "xlsb": Format(
        "extractors.office.spreadsheets", "5", "application/vnd.ms-excel.sheet.binary.macroenabled.12"
    ),
    "xls": Format("extractors.office.spreadsheets", "11", "application/vnd.ms-excel"),
    "ods": Format("extractors.office.spreadsheets", "11", f"{_OPEN}.spreadsheet"),
    "xml": Format("extractors.office.xml_files", "3", "application/xml"),
    "html": Format("extractors.html", "17", "text/html"),
    "text": Format("extractors.plain", "6", "text/plain"),
    "eml": Format("extractors.mail.messages", "11", "message/rfc822"),
    "tnef": Format("extractors.mail.tnef", "5", "application/ms-tnef"),
    "msg": Format("extractors.mail.outlook", "8", "application/vnd.ms-outlook"),
    "image": Format("extractors.ocr.image_files", "4", "image/*"),
    "zip": Format("extractors.archive_files", "2", "application/zip"),
}


def _by_libreoffice(to: str, media_type: str) -> Format:
    """One that LibreOffice makes another of, which we read: its text comes out as that one's does."""
    version = f"1.{EXTRACTORS[to].version}"
    return Format("extractors.office.libreoffice", version, media_type, facts_with_pages=True)


EXTRACTORS |= {
    "ppt": _by_libreoffice("pptx", "application/vnd.ms-powerpoint"),
    "wpd": _by_libreoffice("docx", "application/vnd.wordperfect"),
    "pub": _by_libreoffice("pdf", "application/vnd.ms-publisher"),
    "vsd": _by_libreoffice("pdf", "application/vnd.visio"),
    "odg": _by_libreoffice("pdf", f"{_OPEN}.graphics"),
}
