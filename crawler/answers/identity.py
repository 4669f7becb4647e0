"""Which paper is it? What a site says (a guid) is weighed against what we hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.platforms.shared.web_address import canonical_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Document


def key_of(document: Document, known: Sequence[Document]) -> str:
    """Returns the key under which to keep a paper.

    `known` are the papers of its source with its key or its address:

    - The same key, and the address or the title has stayed: it is that paper.
    - Another key at the same address: a feed that makes new guids each time; it is the paper that we hold.
    - The same key, and both have changed: one guid for everything; it is another paper.
    """
    same_key = next((each for each in known if each.key == document.key), None)
    if same_key is not None and (same_key.url == document.url or same_key.title == document.title):
        return document.key
    at_address = next((each for each in known if each.url == document.url), None)
    if at_address is not None:
        return at_address.key
    return document.key if same_key is None else canonical_url(document.url)
