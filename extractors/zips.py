"""What reading a zip may raise. Apart from those who read them, so that sniffing loads no XML parser."""

from __future__ import annotations

import lzma
import zipfile
import zlib

# Over a member that is damaged, locked or packed in a way that zipfile does not know.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
