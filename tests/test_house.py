"""Bounds of the figures of `python -m tests.house`, a little above them: lower them as they come down."""

from __future__ import annotations

import pytest

from tests import house

FULLEST = 18  # files in a drawer
OVER_50 = 0
WIDE = 16
DEFINED_TWICE = 52
WITHOUT_RETURNS = 5
DIALECT = 30
OVER_30_SHARE = 0.035


def test_no_circle_of_imports_is_left():
    assert house.circles() == []


@pytest.mark.parametrize(
    ("figure", "most"),
    [
        (lambda: max(house.drawers().values()), FULLEST),
        (lambda: len(house.longer_than(50)), OVER_50),
        (lambda: len(house.wide()), WIDE),
        (lambda: len(house.defined_twice()), DEFINED_TWICE),
        (lambda: len(house.without_returns()), WITHOUT_RETURNS),
        (lambda: house.dialect().total(), DIALECT),
        (lambda: len(house.longer_than(30)) / len(house.functions()), OVER_30_SHARE),
    ],
    ids=["fullest drawer", "over 50 lines", "wide", "defined twice", "without Returns", "dialect", "over 30"],
)
def test_a_figure_is_no_worse_than_it_was(figure, most):
    """`python -m tests.house` names what makes it grow."""
    assert figure() <= most


def test_pages_and_messages_use_the_usual_words():
    assert house.strange_on_pages() == []


def test_most_commands_of_the_documents_are_entered():
    every, entered = house.commands()
    assert entered / every >= 0.75
