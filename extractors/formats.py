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
    "ppt": Format(
        "extractors.office.libreoffice", "1", "application/vnd.ms-powerpoint", facts_with_pages=True
    ),
    "wpd": Format("extractors.office.libreoffice", "1", "application/vnd.wordperfect", facts_with_pages=True),
    "pub": Format(
        "extractors.office.libreoffice", "1", "application/vnd.ms-publisher", facts_with_pages=True
    ),
    "vsd": Format("extractors.office.libreoffice", "1", "application/vnd.visio", facts_with_pages=True),
    "odg": Format("extractors.office.libreoffice", "1", f"{_OPEN}.graphics", facts_with_pages=True),
    "image": Format("extractors.ocr.image_files", "4", "image/*"),
    "zip": Format("extractors.archive_files", "2", "application/zip"),
}
