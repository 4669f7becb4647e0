"""Time stamps of the log's signed roots by an authority that others trust (RFC 3161).

A signed root says when *we* say it was; a stamp says that somebody else had seen it by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

if TYPE_CHECKING:
    from datetime import datetime


def request(note: str) -> bytes:
    """Returns what an authority is asked: the SHA-256 of a checkpoint, and nothing else of ours."""
    return (
        TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()
    )


def stamped_at(stamp: bytes, note: str, authorities: bytes) -> datetime:
    """Returns when an authority stamped a checkpoint. Raises ValueError for a stamp that does not prove it.

    `authorities` are the certificates (PEM) that its own has to lead to.
    """
    builder = VerifierBuilder()
    for certificate in x509.load_pem_x509_certificates(authorities):
        builder = builder.add_root_certificate(certificate)
    try:
        response = decode_timestamp_response(stamp)
        builder.build().verify_message(response, note.encode())
    except VerificationError as error:
        raise ValueError(str(error)) from error
    return response.tst_info.gen_time
