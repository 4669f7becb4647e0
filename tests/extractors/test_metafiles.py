"""Words in drawings of Windows: each kind of record, and records that end too soon."""

from __future__ import annotations

import struct

from extractors.office import metafile

HEAD = b"\x01\x00\x09\x00" + bytes(14)


def of_wmf(kind, content):
    content += bytes(len(content) % 2)
    return struct.pack("<IH", 3 + len(content) // 2, kind) + content


def line(words):
    return of_wmf(0x0521, struct.pack("<H", len(words)) + words)


def at_height(height, words, options=0):
    box = bytes(8) if options else b""
    return of_wmf(0x0A32, struct.pack("<hhHH", height, 0, len(words), options) + box + words)


def of_emf(kind, height, words, letters):
    record = bytes(28) + struct.pack("<iiII", 0, height, len(letters), 76) + bytes(24) + words
    return struct.pack("<2I", kind, 8 + len(record)) + record


def emf(*records):
    return struct.pack("<2I", 1, 100) + bytes(32) + b" EMF" + bytes(56) + b"".join(records)


def test_pieces_of_one_height_are_a_line():
    drawing = HEAD + at_height(10, b"Whole") + at_height(10, b"population", 2) + at_height(30, b"payment")
    assert metafile.words(drawing) == "Whole population\npayment"


def test_a_drawing_that_says_where_it_is_placed():
    assert metafile.words(b"\xd7\xcd\xc6\x9a" + bytes(18) + HEAD + line(b"Payment")) == "Payment"


def test_records_without_words_and_a_record_of_no_length():
    drawing = HEAD + of_wmf(0x0103, b"\0\0") + line(b"  ") + line(b"Before")
    assert metafile.words(drawing + struct.pack("<IH", 0, 0) + line(b"after")) == "Before"


def test_records_too_short_for_their_kind_are_passed_over():
    assert (
        metafile.words(HEAD + of_wmf(0x0521, b"") + of_wmf(0x0A32, b"\0\0") + line(b"Payment")) == "Payment"
    )


def test_letters_of_one_byte_and_of_two():
    wide = of_emf(84, 10, "£1".encode("utf-16-le"), "£1")
    narrow = of_emf(83, 20, b"\xa32", "£2")
    assert metafile.words(emf(narrow, wide)) == "£2\n£1"


def test_an_end_that_is_not_said_is_an_end():
    assert (
        metafile.words(emf(of_emf(83, 10, b"Before", "Before"), struct.pack("<2I", 83, 0), bytes(90)))
        == "Before"
    )


def test_more_records_than_anybody_draws_are_not_looked_at(monkeypatch):
    monkeypatch.setattr(metafile, "_MOST_RECORDS", 2)
    assert metafile.words(HEAD + line(b"one") * 3) == "one one"
    assert metafile.words(emf(*(of_emf(83, 1, b"one", "one"),) * 3)) == "one"  # the head is a record


def test_what_is_no_drawing():
    assert metafile.words(b"\x89PNG") is None
