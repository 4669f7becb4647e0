"""Whose papers a list follows: bodies, and parts of bodies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.errors import ConfigError
from pipeline.model import DocumentKind, PageRef
from pipeline.where import EVERYWHERE, NOWHERE, PartKind, Where, all_of, part


def of(body: str, committee: str = "Health Committee", meeting: int = 7, document: int = 34) -> PageRef:
    return PageRef(
        body=body,
        body_name=body,
        document=document,
        kind=DocumentKind.PACK,
        meeting=meeting,
        committee=committee,
        title="Papers",
        url="https://vale.example/p.pdf",
        page=1,
        pages=1,
        sha256="a" * 64,
        captured_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("vale/committee/Health Committee", [of("vale"), of("vale", document=1)]),
        ("vale/meeting/7", [of("vale"), of("vale", committee="Cabinet")]),
        ("vale/paper/34", [of("vale"), of("vale", meeting=1)]),
    ],
)
def test_a_part_of_a_body_is_a_committee_a_meeting_or_a_paper_of_that_body(text: str, holds: list[PageRef]):
    """Numbers are those of the archive, but a committee of this name other bodies have, too."""
    one = part(text)
    assert str(one) == text
    assert all(one.holds(place) for place in holds)
    assert not one.holds(of("wold"))
    assert not one.holds(of("vale", "Cabinet", 1, 1))
    assert one.kind is PartKind.COMMITTEE or one.number in {7, 34}


@pytest.mark.parametrize(
    "text",
    [
        "vale",
        "vale/committee/",
        "vale/meeting/x",
        "vale/paper/\N{SUPERSCRIPT TWO}",
        "/paper/1",
        "vale/ward/1",
    ],
)
def test_what_names_no_part_is_refused(text: str):
    with pytest.raises(ConfigError, match="no committee, meeting or paper"):
        part(text)


def test_what_several_lists_follow_is_all_that_any_of_them_follows():
    vale, cabinet = Where(bodies=("vale",)), Where(parts=(part("wold/committee/Cabinet"),))
    both = all_of((vale, cabinet, NOWHERE, vale))
    assert both.named == ("vale", "wold")
    assert both.holds(of("vale"))
    assert both.holds(of("wold", "Cabinet"))
    assert not both.holds(of("wold"))
    assert all_of((vale, EVERYWHERE)) == EVERYWHERE
    assert all_of(()) == NOWHERE
    assert not NOWHERE.holds(of("vale"))
    assert EVERYWHERE.holds(of("vale"))
