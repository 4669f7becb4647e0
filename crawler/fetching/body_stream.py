"""The body of an answer in small pieces: unpacked within bounds, and at a pace that is worth waiting for."""

from __future__ import annotations

import zlib
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.exceptions import ResponseDataLossError

from pipeline.errors import SourceError
from pipeline.model import SourceState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

ENCODINGS = "gzip, deflate"  # what we ask for, and all that we unpack
CHUNK = 64 * 1024
SLOWEST = 1024  # bytes a second: a host that sends less for as long as we wait for an answer drips


async def chunks(answer: aiohttp.ClientResponse, *, patience: float) -> AsyncIterator[bytes]:
    """Yields at most CHUNK bytes each time: whoever counts can stop a bomb.

    Raises TimeoutError for a host that drips, ResponseDataLossError for packed data that is broken or cut
    short, SourceError for an encoding that we did not ask for.
    """
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        async for piece in _paced(answer, patience):
            yield piece
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        async for piece in _unpacked(answer, patience):
            yield piece
    else:
        raise SourceError(
            f"sent in an encoding that we did not ask for: {encoding}", state=SourceState.BROKEN
        )


async def _paced(answer: aiohttp.ClientResponse, patience: float) -> AsyncIterator[bytes]:
    begin, size = monotonic(), 0
    async for piece in answer.content.iter_chunked(CHUNK):
        size += len(piece)
        waited = monotonic() - begin
        if waited > patience and size < waited * SLOWEST:
            raise TimeoutError(f"{size} bytes in {waited:.0f} seconds")
        yield piece


async def _unpacked(answer: aiohttp.ClientResponse, patience: float) -> AsyncIterator[bytes]:
    unpacker, is_first = _unpacker(), True
    try:
        async for packed in _paced(answer, patience):
            rest = packed
            while rest:
                if unpacker.eof:  # another member of the same gzip file
                    unpacker = _unpacker()
                try:
                    piece = unpacker.decompress(rest, CHUNK)
                except zlib.error:
                    if not is_first:
                        raise
                    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # "deflate" without the head of zlib
                    piece = unpacker.decompress(rest, CHUNK)
                is_first = False
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                if unpacker.eof and not rest.startswith(b"\x1f\x8b"):
                    rest = b""  # padding behind the end
                yield piece
    except zlib.error as error:
        raise ResponseDataLossError(str(error)) from error
    if not unpacker.eof and not is_first:
        raise ResponseDataLossError("compressed data ends too early")


def _unpacker() -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, whichever it is
