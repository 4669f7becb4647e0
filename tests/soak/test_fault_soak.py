"""Power cuts, full disks and a network that goes, hundreds of times, with the figures: `make soak`."""

from __future__ import annotations

import os
import random
import shutil
import subprocess

import pytest

from cli.demo.standin import StandIn
from cli.exits import Exit
from tests.alerts.test_channels import serving
from tests.helpers.crashes import check, lay_out, working
from tests.helpers.demo_run import command, paperwatch, prepare, run_words
from tests.helpers.kill import held, killed_after
from tests.helpers.small_disks import cut_disk, full_disk

CUTS = int(os.environ.get("SOAK_CUTS", "500"))
CRAWL_CUTS = int(os.environ.get("SOAK_CRAWL_CUTS", "20"))
FULL = int(os.environ.get("SOAK_FULL", "40"))


@pytest.mark.soak
def test_power_is_cut_between_flagging_and_sending(tmp_path):
    dice = random.Random("power")
    again = 0
    with working(tmp_path) as works, cut_disk(tmp_path) as disk:
        usual = works.unbroken(tmp_path / "unbroken")
        for trial in range(CUTS):
            again += works.power_cut(disk, str(trial), dice.uniform(0, usual))
            shutil.rmtree(disk.place / str(trial))
    print(f"\n{CUTS} power cuts: acknowledged lost 0, most repeats a cut 1, repeats in all {again}")


@pytest.mark.soak
def test_power_is_cut_during_a_whole_run(tmp_path):
    dice = random.Random("power of a run")
    with StandIn() as standin:
        prepare(tmp_path / "unbroken", standin)
        assert paperwatch(tmp_path / "unbroken", *run_words(standin)).returncode == 0
        expected = held(tmp_path / "unbroken")
        with cut_disk(tmp_path, 300) as disk:
            for trial in range(CRAWL_CUTS):
                data = disk.place / str(trial)
                prepare(data, standin)
                disk.sync()
                killed_after(data, run_words(standin), dice.uniform(0.5, 20))
                disk.lose_power()
                done = paperwatch(data, *run_words(standin))
                assert (done.returncode, done.stderr) == (0, "")
                assert held(data) == expected
                shutil.rmtree(data)
    print(f"\n{CRAWL_CUTS} power cuts of whole runs: every archive and every letter as unbroken")


@pytest.mark.soak
def test_the_disk_is_full_at_every_point(tmp_path):
    refused = done = 0
    with serving() as server:
        for trial in range(FULL):
            with full_disk(tmp_path / str(trial)) as disk:
                data = disk.place / "data"
                lay_out(data, server.port)
                disk.leave(trial * 12_000)
                for stage in ("flag", "notify"):
                    said = paperwatch(data, stage)
                    assert said.returncode in {0, Exit.NOT_FINISHED}, said.stderr
                    assert "Traceback" not in said.stderr
                    refused, done = refused + bool(said.returncode), done + (not said.returncode)
                disk.empty()
                assert [paperwatch(data, stage).returncode for stage in ("flag", "notify")] == [0, 0]
                check(server, 1)
    print(f"\n{FULL} disks with less and less room: {refused} stages said so, {done} ended; lost 0")


@pytest.mark.soak
def test_the_disk_is_full_during_a_whole_run(tmp_path):
    codes = []
    with StandIn() as standin:
        prepare(tmp_path / "unbroken", standin)
        assert paperwatch(tmp_path / "unbroken", *run_words(standin)).returncode == 0
        expected = held(tmp_path / "unbroken")
        for trial in range(1, 13):
            with full_disk(tmp_path / str(trial)) as disk:
                data = disk.place / "data"
                prepare(data, standin)
                disk.leave(trial * 400_000)
                said = paperwatch(data, *run_words(standin))
                assert "Traceback" not in said.stderr
                codes.append(said.returncode)
                disk.empty()
                again = paperwatch(data, *run_words(standin))
                assert (again.returncode, again.stderr) == (0, "")
                assert held(data) == expected
    assert Exit.NOT_FINISHED in codes
    print(f"\n12 runs on a disk that fills: exit codes {codes}; every archive as unbroken afterwards")


@pytest.mark.soak
def test_the_network_goes_and_returns(tmp_path):
    with StandIn() as standin:
        prepare(tmp_path / "unbroken", standin)
        assert paperwatch(tmp_path / "unbroken", *run_words(standin)).returncode == 0
        expected = held(tmp_path / "unbroken")
        data = tmp_path / "data"
        prepare(data, standin)
        gone = subprocess.run(
            ["unshare", "--net", *command(data, *run_words(standin))],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if "unshare:" in gone.stderr:
            pytest.skip(f"a network of its own cannot be had here, which wants root: {gone.stderr}")
        assert gone.returncode == Exit.NOT_FINISHED
        assert "is the network down?" in gone.stderr
        back = paperwatch(data, *run_words(standin))
        assert (back.returncode, back.stderr) == (0, "")
        assert held(data) == expected
    print("\nthe network went and returned: exit code 4, then everything as unbroken; false claims 0")
