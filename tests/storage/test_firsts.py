"""Who said it first: the quick way over a million hits, held to the plain one."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy import select, update

from pipeline.model import WatchList
from storage import tables as t
from storage.paper_joins import day_of_paper
from storage.reports.first_mentions import ANYWHERE
from storage.search_index.hit_places import mention_rows
from tests.helpers.desk import Desk, concept

BODIES = ("marlshire", "vale", "northmoor")


def plainly(connection):
    """Every mention in every paper, in order: the first one wins."""
    firsts = {}
    for hits in (t.hits, t.rule_hits):
        rows = connection.execute(mention_rows(hits).order_by(day_of_paper(), hits.c.id, t.documents.c.id))
        for row in rows:
            for who in (row.body, ANYWHERE):
                firsts.setdefault((row.concept_id, who), (row.document, row.passage, row.day))
    return firsts


def kept(connection):
    return {
        (row.concept_id, row.body_id): (row.document_id, row.passage, row.day)
        for row in connection.execute(select(t.first_mentions))
    }


def test_whatever_comes_and_moves_the_first_is_the_first(tmp_path):
    desk = Desk(tmp_path, None, concept("savings"), concept("merger"))
    reader = desk.reader()
    desk.archive.readers.add_watch(reader.id, WatchList(query="estates"))
    dice = random.Random("firsts")
    moved = 0
    for number in range(25):
        said = " ".join(dice.sample(["savings", "merger", "estates", "nothing"], k=2))
        desk.lay(
            f"p{number}",
            f"The {said} of {dice.choice('abc')}.",
            source_id=dice.choice(BODIES),
            meeting_key=None,
            published_on=date(2026, 1, 1) + timedelta(days=dice.randrange(20)),
        )
        if dice.random() < 0.3:
            with desk.archive.database.writing() as connection:
                some = 1 + dice.randrange(number + 1)
                later = date(2026, 1, 1) + timedelta(days=dice.randrange(30))
                connection.execute(
                    update(t.documents).where(t.documents.c.id == some).values(published_on=later)
                )
        if dice.random() < 0.2:
            desk.watch_for(concept("savings"), *([concept("merger")] if dice.random() < 0.5 else []))
        desk.flag()
        before = number and desk.archive.firsts.update()
        moved += before
        with desk.archive.database.reading() as connection:
            if number:
                assert kept(connection) == plainly(connection)
        assert desk.archive.firsts.update() == 0 or not number
    assert moved > 15
