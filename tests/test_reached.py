"""What is said to be reached is what was reached, and marks change nothing in what the code does."""

from __future__ import annotations

import ast

import pytest

from tests.helpers.reached import NAME, Count, Mark, Marker, counted, left_out, report, share

CODE = '''"""A module."""
from __future__ import annotations
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import nothing


class Port(Protocol):
    def ask(self) -> int: ...


def of(number):
    """Says what it is."""
    global seen
    seen = number
    if number < 0:
        return "below"
    for each in range(number):
        if each == 2:
            break
    else:
        number += 10
    while True:
        try:
            number = 1 // number
        except ZeroDivisionError:
            number = 0
        finally:
            break
    match number:
        case 0:
            return "nought"
        case int():
            return "more"
        case _:
            assert_never(number)
'''
LINES = {3, 13, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 30, 31, 33, 35}
BRANCHES = {(17, 18), (17, 0), (19, 20), (19, 23), (20, 21), (20, 0)}


def run(*numbers):
    """The marks that are made where the function is called with these, and what it answers."""
    tree = ast.parse(CODE)
    marker = Marker(0, left_out(tree))
    code = compile(marker.marked(tree), "code.py", "exec", dont_inherit=True)
    made = bytearray(len(marker.marks))
    module = {NAME: made, "__name__": "code"}
    exec(code, module)
    answers = [module["of"](number) for number in numbers]
    return marker.marks, {mark for mark, hit in zip(marker.marks, made, strict=True) if hit}, answers


def test_every_statement_and_each_way_has_a_mark_and_a_type_checkers_none():
    marks, _, _ = run()
    assert {mark.line for mark in marks if mark.to is None} == LINES
    assert {(mark.line, mark.to) for mark in marks if mark.to is not None} == BRANCHES


@pytest.mark.parametrize(
    ("numbers", "answers", "not_reached"),
    [
        ((), [], LINES - {3, 13}),
        ((-1,), ["below"], LINES - {3, 13, 16, 17, 18}),
        ((3,), ["nought"], {18, 23, 28, 35}),
        ((1, -1, 3), ["nought", "below", "nought"], {28, 35}),
    ],
)
def test_what_runs_is_marked_and_does_what_it_did(numbers, answers, not_reached):
    marks, hit, said = run(*numbers)
    assert said == answers
    assert {mark.line for mark in marks if mark.to is None and mark not in hit} == not_reached


def test_a_way_that_was_not_taken_is_missing_though_both_its_ends_were_reached():
    _, hit, _ = run(3)
    assert Mark(20, 21) in hit
    assert Mark(20, 0) in hit
    assert Mark(19, 23) not in hit
    assert Mark(17, 18) not in hit


def test_marks_are_counted_by_file_and_held_to_two_floors(tmp_path):
    (tmp_path / "marks").write_bytes(b"\1\0\1\0")
    (tmp_path / "index.json").write_text(
        '{"pipeline/a.py": [[0, 5, null], [1, 5, 6]], "web/b.py": [[2, 1, null], [3, 1, null]]}'
    )
    counts = counted(tmp_path)
    assert counts == {"pipeline/a.py": Count(2, ["5->6"]), "web/b.py": Count(1, [])}
    assert share(list(counts.values())) == pytest.approx(200 / 3)
    said, is_well = report(counts, 100, 100)
    assert (said[0], is_well) == ("pipeline/a.py: 5->6", False)
    assert report(counts, 50, 100)[1]
