"""Papers that a reader was told of and that were replaced or withdrawn since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, exists, not_, or_

from pipeline.digest import REPLACED, WITHDRAWN, DigestItem
from pipeline.model import DocumentState
from storage import tables as t
from storage.paper_joins import newest_revision
from storage.search_index.hit_places import hit_place, mention_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Row

# Made once: an alias copies each column of its table.
_noted, _noted_withdrawn = t.ledger.alias("noted"), t.ledger.alias("noted_withdrawn")
_current, _elsewhere, _new = (
    t.files.alias("current"),
    t.documents.alias("elsewhere"),
    t.revisions.alias("new"),
)
_still = {hits: hits.alias("still") for hits in (t.hits, t.rule_hits)}


def papers(connection: Connection, subscriber_id: int, unsent: Collection[int]) -> dict[int, DigestItem]:
    """Returns papers that the reader was told of, now withdrawn or replaced by bytes that lack it.

    Each as the place that was told, in the bytes that were read then; once for each change.
    """
    led, d, r, noted, current = t.ledger.c, t.documents.c, t.revisions.c, _noted, _current
    newest = newest_revision()
    found: dict[int, DigestItem] = {}
    for hits in (t.hits, t.rule_hits):
        h, still = hits.c, _still[hits]
        replaced = and_(
            r.id < newest,
            d.state != DocumentState.WITHDRAWN.value,
            exists().where(current.c.sha256 == d.sha256, current.c.flagged.is_not(None)),
            not_(
                exists().where(
                    still.c.sha256 == d.sha256,
                    still.c.concept_id == h.concept_id,
                    or_(still.c.passage == h.passage, still.c.snippet == h.snippet),
                )
            ),
            # What was told before the last note of this kind was noted then.
            not_(
                exists().where(
                    noted.c.subscriber_id == subscriber_id,
                    noted.c.document_id == d.id,
                    noted.c.concept_id == REPLACED,
                    noted.c.message_id.not_in(unsent),
                    or_(noted.c.message_id > led.message_id, noted.c.passage == _change(d.id, newest)),
                )
            ),
        )
        told_in = hits.join(t.revisions, r.sha256 == h.sha256).join(t.documents, d.id == r.document_id)
        statement = (
            mention_rows(hits, d.last_run, newest.label("newest"), of=told_in)
            .join(
                t.ledger,
                and_(led.concept_id == h.concept_id, led.passage == h.passage, led.document_id == d.id),
            )
            .where(led.subscriber_id == subscriber_id, led.message_id.not_in(unsent))
            .where(or_(withdrawn_since(subscriber_id, unsent), replaced))
            .order_by(r.id, h.page.desc(), h.id.desc())  # the last one counts
        )
        for row in connection.execute(statement):
            gone = row.state == DocumentState.WITHDRAWN  # else it was replaced
            found[row.document] = withdrawn(row) if gone else _overtaken(row, REPLACED, row.newest)
    return found


def told_overtaken(connection: Connection, subscriber_id: int, message: int) -> list[DigestItem]:
    """Returns the papers that this message tells as replaced or withdrawn, each as it was told before.

    Of a replaced one that is a place whose words the new version lacks.
    """
    led, d, r, noted, new = t.ledger.c, t.documents.c, t.revisions.c, _noted, _new
    found: dict[int, DigestItem] = {}
    for hits in (t.hits, t.rule_hits):
        h, still = hits.c, _still[hits].c
        lost = not_(
            exists().where(
                still.sha256 == new.c.sha256,
                still.concept_id == h.concept_id,
                or_(still.passage == h.passage, still.snippet == h.snippet),
            )
        )
        told_in = hits.join(t.revisions, r.sha256 == h.sha256).join(t.documents, d.id == r.document_id)
        statement = (
            mention_rows(hits, noted.c.concept_id.label("what"), noted.c.passage.label("change"), of=told_in)
            .join(
                t.ledger,
                and_(led.concept_id == h.concept_id, led.passage == h.passage, led.document_id == d.id),
            )
            .join(noted, and_(noted.c.document_id == d.id, noted.c.subscriber_id == subscriber_id))
            .join(
                new,
                and_(new.c.document_id == d.id, noted.c.passage == _change(d.id, new.c.id)),
                isouter=True,
            )
            .where(led.subscriber_id == subscriber_id, led.message_id <= message)
            .where(noted.c.message_id == message)
            .where(
                or_(
                    noted.c.concept_id == WITHDRAWN,
                    and_(noted.c.concept_id == REPLACED, r.id < new.c.id, lost),
                )
            )
            .order_by(r.id, h.page.desc(), h.id.desc())  # the last one counts
        )
        for row in connection.execute(statement):
            found[row.document] = _overtaken(row, row.what, row.change.rpartition("/")[2])
    return [*found.values()]


def withdrawn_since(subscriber_id: int, unsent: Collection[int]) -> ColumnElement[bool]:
    """Whether a paper is withdrawn, and not only listed elsewhere now, and the reader was not told so."""
    d, noted, elsewhere = t.documents.c, _noted_withdrawn.c, _elsewhere.c
    return and_(
        d.state == DocumentState.WITHDRAWN.value,
        not_(
            exists().where(
                elsewhere.source_id == d.source_id,
                elsewhere.sha256 == d.sha256,
                elsewhere.state != DocumentState.WITHDRAWN.value,
            )
        ),
        not_(
            exists().where(
                noted.subscriber_id == subscriber_id,
                noted.document_id == d.id,
                noted.concept_id == WITHDRAWN,
                noted.passage == _change(d.id, d.last_run),
                noted.message_id.not_in(unsent),
            )
        ),
    )


def withdrawn(row: Row[Any]) -> DigestItem:
    """What a reader is told of a withdrawn paper, from a row of a place with the paper's `last_run`."""
    return _overtaken(row, WITHDRAWN, row.last_run)


def _change(document: ColumnElement[int], number: ColumnElement[int]) -> ColumnElement[str]:
    """Names one change of one paper, where the ledger has a passage; `_overtaken` writes the same."""
    return cast(document, String) + "/" + cast(number, String)


def _overtaken(row: Row[Any], what: str, number: int | str) -> DigestItem:
    return DigestItem(
        concept_id=what,
        wording=row.wording,
        snippet=row.snippet,
        mark=(row.mark_start, row.mark_end),
        passage=f"{row.document}/{number}",
        place=hit_place(row),
        told_before=False,
        first_by_body=False,
    )
