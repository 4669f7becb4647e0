"""Whatever is killed under a command, the archive and the mails are in the end as if nothing had been."""

from __future__ import annotations

import os
import random

import pytest

from cli.demo.standin import StandIn
from cli.exits import Exit
from tests.helpers.at_risk import Blow, Ended, House, thrown

KILLS = int(os.environ.get("PAPERWATCH_SOAK_ENGINES", "100"))
IN_ONE_ARCHIVE = 10
AWAY = 0.2  # of those that are killed, how many are back only when the command has ended
# In the middle of what each command does; the last of each is survived.
FEW = {
    "crawl 1": [Blow("session", 250, first=False), Blow("command", 150), Blow("store", 120)],
    "extract 1": [Blow("database", 60, first=False), Blow("command", 90), Blow("worker", 50)],
    "notify 1": [Blow("database", 200)],
}


def check(house: House, expected: dict[str, object]) -> list[Ended]:
    """Raises AssertionError where anything is otherwise; returns the commands under which a blow fell."""
    fell = [ended for ended in house.ended if ended.fell]
    held = house.held()
    for name, found in expected.items():
        assert held[name] == found, (name, fell)
    assert house.repeated() <= sum(ended.command.startswith("notify") for ended in fell)
    for ended in fell:
        if ended.code > 0:  # else it was killed itself, or has survived
            assert ended.code == Exit.NOT_FINISHED, ended
            assert "paperwatch: " in ended.said, ended
            assert "Traceback" not in ended.said, ended
    return fell


def test_engines_that_are_killed_leave_the_archive_and_the_mails_as_unbroken(tmp_path):
    with StandIn() as standin, House(tmp_path, standin, ["linfold-campaign"]) as house:
        house.prepare("unbroken")
        house.stages([1], flag=False)
        expected = house.held()
        house.prepare("broken")
        house.stages([1], FEW.__getitem__, flag=False)
        fell = check(house, expected)
        # How much a command that goes on has left to do is a matter of time: the first blow of each falls.
        assert {ended.command.partition(" ")[0] for ended in fell} == {name.split()[0] for name in FEW}


@pytest.mark.soak
def test_a_hundred_kills_of_engines_leave_all_as_unbroken(tmp_path):
    fell = again = trial = 0
    with StandIn() as standin, House(tmp_path, standin) as house:
        house.prepare("unbroken")
        sent = house.stages([1, 2])
        expected = house.held()
        while fell < KILLS:
            blows = thrown(random.Random(f"engines {trial}"), sent, IN_ONE_ARCHIVE, AWAY)
            house.prepare(f"trial{trial}")
            house.stages([1, 2], blows.__getitem__)
            fell += len(check(house, expected))
            again += house.repeated()
            trial += 1
    print(f"\n{fell} kills in {trial} archives: all as unbroken, {again} messages received once more")
