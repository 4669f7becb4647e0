"""The disk fails: power is cut, and what was not synced is gone; or it is full. Long: test_fault_soak."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cli.exits import Exit
from tests.alerts.test_channels import serving
from tests.helpers import postgres
from tests.helpers.crashes import check, lay_out, working
from tests.helpers.demo_run import paperwatch
from tests.helpers.small_disks import cut_disk, full_disk


def test_a_power_cut_loses_nothing_that_was_done(tmp_path):
    with working(tmp_path) as works, cut_disk(tmp_path) as disk:
        assert works.power_cut(disk, "data", None) == 0


def test_without_room_nothing_is_lost_and_one_clear_line_is_said(tmp_path):
    with serving() as server, full_disk(tmp_path) as disk:
        data = disk.place / "data"
        lay_out(data, server.port)
        disk.leave(0)
        full = paperwatch(data, "flag")
        assert full.returncode == Exit.NOT_FINISHED
        assert "disk" in full.stderr
        assert len(full.stderr.splitlines()) == 1
        disk.empty()
        assert [paperwatch(data, stage).returncode for stage in ("flag", "notify")] == [0, 0]
        check(server, 0)


def test_a_disk_that_takes_no_writes_is_named_alike_by_every_command(tmp_path):
    with serving() as server, full_disk(tmp_path) as disk:
        data = disk.place / "data"
        lay_out(data, server.port)
        disk.take_no_writes()
        commands = ("run", "status", "flag", "notify")
        said = {(done.returncode, done.stderr) for done in (paperwatch(data, name) for name in commands)}
        message = f"paperwatch: the data folder {data} cannot be used: Read-only file system\n"
        assert said == {(Exit.NOT_FINISHED, message)}


def test_a_full_disk_under_the_database_of_a_server_is_named_and_nothing_is_half_done(tmp_path):
    # The server is another user's, whom pytest's own folder shuts out.
    with tempfile.TemporaryDirectory(prefix="pw-disk") as folder, serving() as server:
        Path(folder).chmod(0o755)
        with full_disk(Path(folder), 128) as disk:
            database = postgres.Mortal(disk.place)
            database.ask("CREATE DATABASE papers TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
            data = tmp_path / "data"
            lay_out(data, server.port, postgres.shown(database.url.set(database="papers")))
            database.ask("CHECKPOINT")
            disk.leave(0)
            full = paperwatch(data, "flag")
            assert full.returncode == Exit.NOT_FINISHED
            assert "make room on the disk of the database; what was finished is kept" in full.stderr
            assert len(full.stderr.splitlines()) == 1
            disk.empty()
            assert [paperwatch(data, stage).returncode for stage in ("flag", "notify")] == [0, 0]
            check(server, 0)
            database.close()
