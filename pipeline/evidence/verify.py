#!/usr/bin/env python3
"""Checks an evidence pack of Paperwatch: python verify.py [FOLDER or ZIP]

Wants Python 3.8 or newer and nothing else: no network, no other program. Each line says one thing that was
checked. It ends with exit code 0 where all of it holds, and with 1 where anything does not.
"""

import base64
import hashlib
import json
import os
import re
import struct
import sys
import zipfile

# ---- where the files are: a folder, or the ZIP itself


class Folder:
    def __init__(self, path):
        self.path = path

    def names(self):
        found = []
        for folder, _, files in os.walk(self.path):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), self.path)
                found.append(path.replace(os.sep, "/"))
        return sorted(found)

    def open(self, name):
        return open(os.path.join(self.path, *name.split("/")), "rb")


class Packed:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.root = os.path.commonprefix(self.zip.namelist()).partition("/")[0] + "/"

    def names(self):
        return sorted(name[len(self.root):] for name in self.zip.namelist())

    def open(self, name):
        return self.zip.open(self.root + name)


def whole(pack, name):
    with pack.open(name) as file:
        return file.read()


def sha256_of(pack, name):
    digest = hashlib.sha256()
    with pack.open(name) as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def skeleton_fault(path):
    """The first place where a ZIP holds anything but its files, as this program's maker writes it; "" if none."""
    with open(path, "rb") as file, zipfile.ZipFile(path) as archive:
        at = 0
        for info in archive.infolist():
            name = info.filename.encode()
            if info.file_size > 0x7FFFFFFF or info.header_offset > 0x7FFFFFFF:
                return ""  # so large that its headers have another form
            local = struct.pack(
                "<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0x21, info.CRC, info.file_size, info.file_size, len(name), 0
            )
            file.seek(at)
            if info.header_offset != at or file.read(len(local) + len(name)) != local + name:
                return "the head of " + info.filename
            at += len(local) + len(name) + info.file_size
        start = at
        file.seek(at)
        for info in archive.infolist():
            name = info.filename.encode()
            central = struct.pack(
                "<4s4B4H3I5H2I", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0x21, info.CRC, info.file_size, info.file_size,
                len(name), 0, 0, 0, 0, 0o644 << 16, info.header_offset,
            )
            if file.read(len(central) + len(name)) != central + name:
                return "the entry of " + info.filename + " in the list of its files"
            at += len(central) + len(name)
        count = len(archive.infolist())
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, at - start, start, 0)
        return "" if file.read() == end else "its end"


# ---- the log: RFC 9162, section 2.1


def leaf(content):
    return hashlib.sha256(b"\0" + content).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_from(index, size, hashed, proof):
    """The root that a proof leads to; None where the proof has another length than it must."""
    last = size - 1
    for step in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            hashed = node(step, hashed)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = node(hashed, step)
        index, last = index >> 1, last >> 1
    return hashed if last == 0 else None


# ---- the signature: Ed25519, RFC 8032, section 5.1

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def added(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = added(found, point)
        point, number = added(point, point), number >> 1
    return found


def point_of(packed):
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        raise ValueError("no point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), added(point_of(signature[:32]), times(h, point_of(public)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- the bag: RFC 8493

LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)\n")
SPEAKING = "tagmanifest-sha256.txt"


def listed(pack, name):
    """The hashes of a manifest by file; raises ValueError where a line is no line of one."""
    text, found, at = whole(pack, name).decode("utf-8"), {}, 0
    while at < len(text):
        match = LINE.match(text, at)
        if not match or match.group(2) in found:
            raise ValueError(name + ": a line is not as it was written")
        found[match.group(2)] = match.group(1)
        at = match.end()
    return found


def bag_faults(pack):
    """Every file that is changed, missing or more than was packed, as (how many files, faults)."""
    faults, known = [], {}
    for manifest in (SPEAKING, "manifest-sha256.txt"):
        try:
            known.update(listed(pack, manifest))
        except (OSError, KeyError, ValueError) as error:
            faults.append("%s cannot be read: %s" % (manifest, error))
    there = set(pack.names()) - {SPEAKING}
    faults += ["%s is missing" % name for name in sorted(set(known) - there)]
    faults += ["%s was not in the pack when it was made" % name for name in sorted(there - set(known))]
    for name in sorted(there & set(known)):
        try:
            if sha256_of(pack, name) != known[name]:
                faults.append("%s has been changed" % name)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            faults.append("%s cannot be read: %s" % (name, error))
    return len(known), faults


# ---- the claims


class Claims:
    """data/claims.json: what the pack says, each with what shows it."""

    def __init__(self, pack):
        self.pack = pack
        self.log = json.loads(whole(pack, "data/log/log.json").decode("utf-8"))
        self.size, self.root = self.log["size"], bytes.fromhex(self.log["root"])
        self.entries = {}
        for line in whole(pack, "data/log/entries.jsonl").decode("utf-8").splitlines():
            entry = json.loads(line)
            self.entries[entry["number"]] = entry

    def checkpoint(self, claim):
        note = whole(self.pack, "data/log/checkpoint.txt").decode("utf-8")
        body, _, signature = note.rpartition("\n\n")
        lines = (body + "\n").split("\n")
        packed = base64.b64decode(signature.rpartition(" ")[2])
        public = bytes.fromhex(self.log["public_key"])
        return (
            lines[1] == str(self.size)
            and base64.b64decode(lines[2]) == self.root
            and is_signed(public, (body + "\n").encode("utf-8"), packed[4:])
        )

    def entry(self, claim):
        entry = self.entries[claim["entry"]]
        proof = [bytes.fromhex(step) for step in entry["proof"]]
        hashed = leaf(entry["content"].encode("utf-8"))
        in_log = 0 < entry["number"] <= self.size
        return in_log and root_from(entry["number"] - 1, self.size, hashed, proof) == self.root

    def facts(self, claim):
        return json.loads(self.entries[claim["entry"]]["content"])

    def record(self, claim):
        return self.entry(claim) and sha256_of(self.pack, claim["file"]) == self.facts(claim)["record"]

    def original(self, claim):
        return self.entry(claim) and sha256_of(self.pack, claim["file"]) == self.facts(claim)["sha256"]

    def page(self, claim):
        proof = [bytes.fromhex(step) for step in claim["proof"]]
        hashed = leaf(whole(self.pack, claim["file"]))
        top = root_from(claim["index"], claim["pages"], hashed, proof)
        return self.entry(claim) and top is not None and top.hex() == self.facts(claim)["pages"]

    def text(self, claim):
        page = json.loads(whole(self.pack, claim["page"]).decode("utf-8"))
        return whole(self.pack, claim["file"]).decode("utf-8") == page["text"]

    def quote(self, claim):
        page = json.loads(whole(self.pack, claim["page"]).decode("utf-8"))
        return page["text"][claim["start"]:claim["end"]] == claim["words"] != ""


CHECKS = ("checkpoint", "entry", "record", "original", "page", "text", "quote")


def holds(claims, claim):
    try:
        return claim["check"] in CHECKS and bool(getattr(claims, claim["check"])(claim))
    except (OSError, KeyError, IndexError, TypeError, ValueError, AttributeError, zipfile.BadZipFile):
        return False


def say(is_well, text):
    line = ("OK      " if is_well else "FAILED  ") + text
    try:
        print(line)
    except UnicodeEncodeError:  # an old console on Windows
        print(line.encode("ascii", "replace").decode("ascii"))
    return not is_well


def check(path):
    failed = 0
    is_zip = not os.path.isdir(path)
    if is_zip:
        fault = skeleton_fault(path)
        failed += say(not fault, "the ZIP holds its files and nothing else" + (": not so at " + fault if fault else ""))
    pack = Packed(path) if is_zip else Folder(path)
    count, faults = bag_faults(pack)
    for fault in faults:
        failed += say(False, fault)
    if not faults:
        say(True, "all %d files are as they were packed" % count)
    claims = Claims(pack)
    for claim in json.loads(whole(pack, "data/claims.json").decode("utf-8")):
        failed += say(holds(claims, claim), claim["say"])
    return failed


def main(arguments):
    path = arguments[0] if arguments else os.path.dirname(os.path.abspath(__file__))
    try:
        failed = check(path)
    except Exception as error:  # whatever a changed byte does: what cannot be read proves nothing
        say(False, "the pack cannot be read: %s: %s" % (type(error).__name__, error))
        failed = 1
    print()
    print("Everything above holds." if not failed else "%d of the lines above FAILED: do not rely on this pack." % failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
