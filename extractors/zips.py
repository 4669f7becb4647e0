"""What reading a zip may raise. Apart from those who read them, so that sniffing loads no XML parser."""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib

# Over a member that is damaged, locked or packed in a way that zipfile does not know. Catch OSError too, and
# ask `is_damage`: where an offset is wrong it is the system that refuses to go there.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def is_damage(error: Exception) -> bool:
    """Whether this came of the zip. All else that is an OSError came of the disk."""
    return not isinstance(error, OSError) or error.errno == errno.EINVAL
