"""The first hour: from an empty folder to settings, a reader, a daily run and papers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from email import message_from_bytes

import pytest

from cli.app import first_setup
from cli.app.context import App
from cli.demo.standin import StandIn
from crawler.lines import places
from pipeline.model import Cadence
from storage.archive import open_archive
from tests.alerts.test_channels import serving
from tests.helpers.demo_run import paperwatch

SAID_NO = ("--no-run", "--yes")


@pytest.fixture(scope="module")
def england(tmp_path_factory):
    return App(tmp_path_factory.mktemp("england"))


def now(app):
    return {board: bodies for board, bodies in app.areas.items() if not app.has_ended(board)}


def test_every_board_of_today_has_a_postcode_and_every_postcode_boards_of_today(england):
    named = {board for boards in places.postcodes().values() for board in boards}
    assert named == {*now(england)}


def find(app, typed):
    ended = {body.id: body.successors for body in app.bodies.values() if app.has_ended(body.id)}
    return places.find(typed, app.body_names(), now(app), app.sources, ended)


@pytest.mark.parametrize("typed", ["MFT", "LCC", "care", "out", "met", "nhs", "royal", "---"])
def test_what_many_may_be_called_is_nobodys_name(england, typed):
    assert all(place.is_guess for place in find(england, typed))


def test_initials_of_several_name_them_all(tmp_path):
    done = paperwatch(tmp_path, "init", "--where", "MFT", *SAID_NO)
    assert done.returncode == 2
    assert "Medway NHS Foundation Trust" in done.stderr
    assert "Manchester University NHS Foundation Trust" in done.stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("UCLH", "university-college-london-hospitals-trust"), ("SLaM", "south-london-and-maudsley-trust")],
)
def test_initials_of_one_alone_name_it(england, typed, meant):
    first = find(england, typed)[0]
    assert (first.is_guess, first.only) == (False, (meant,))


@pytest.mark.parametrize("typed", ["Newcastle-under-Lyme", "St Helens & Knowsley", "Leeds CCG", "Birmingam"])
def test_a_name_that_nobody_has_is_a_guess_and_is_not_taken(england, tmp_path, typed):
    assert all(place.is_guess for place in find(england, typed))
    done = paperwatch(tmp_path, "init", "--where", typed, *SAID_NO)
    assert done.returncode == 2
    assert "Did you mean" in done.stderr
    assert not (tmp_path / "paperwatch.toml").exists()


def test_a_postcode_over_a_boundary_takes_every_board_where_nobody_can_be_asked(tmp_path):
    done = paperwatch(tmp_path, "init", "--where", "SW1A 1AA", *SAID_NO)
    assert done.returncode == 0, done.stderr
    assert "Paperwatch will read NHS West and North London ICB" in done.stdout
    written = tomllib.loads((tmp_path / "paperwatch.toml").read_text())
    assert {"south-west-london-icb", "west-and-north-london-icb"} <= {*written["sources"]["areas"]}


@pytest.mark.parametrize(
    ("typed", "areas", "only"),
    [
        ("LS1 4AP", {"west-yorkshire-icb", "humber-and-north-yorkshire-icb"}, set()),
        ("ls", {"west-yorkshire-icb", "humber-and-north-yorkshire-icb"}, set()),
        ("West Yorkshire ICB", {"west-yorkshire-icb"}, set()),
        ("Leeds City Council", {"west-yorkshire-icb"}, {"leeds"}),
        ("Barts Health NHS Trust", {"north-east-london-icb"}, {"barts-health-trust"}),
        (
            "NHS Frimley ICB",
            {"thames-valley-icb", "surrey-and-sussex-icb", "hampshire-and-isle-of-wight-icb"},
            set(),
        ),
        ("Atlantis", set(), set()),
        ("ZZ1 1AA", set(), set()),
    ],
)
def test_a_place_is_found_as_people_name_it(england, typed, areas, only):
    found = find(england, typed)
    assert {area for place in found for area in place.areas} == areas
    assert {line for place in found for line in place.only} == only


def test_without_a_question_it_takes_what_the_options_say(tmp_path):
    words = ("--where", "Leeds City Council", "--national", "--topic", "savings", *SAID_NO)
    done = paperwatch(tmp_path / "data", "init", *words)
    assert done.returncode == 0, done.stderr
    assert "not taken: NHS West Yorkshire ICB" in done.stderr
    written = tomllib.loads((tmp_path / "data" / "paperwatch.toml").read_text())
    assert written == {"sources": {"only": ["leeds"], "kinds": ["national"]}}
    again = paperwatch(tmp_path / "data", "init", *words)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_the_test_message_arrives_and_a_wrong_server_is_said(tmp_path):
    words = (
        "--where",
        "all",
        "--mail",
        "you@example.org",
        "--topic",
        "savings",
        "--security",
        "none",
        *SAID_NO,
    )
    with serving() as server:
        done = paperwatch(tmp_path / "data", "init", *words, "--server", f"127.0.0.1:{server.port}")
        assert done.returncode == 0, done.stderr
        [(_, [address], content)] = server.accepted
    assert (address, message_from_bytes(content)["Subject"]) == ("you@example.org", "A test from Paperwatch")
    [reader] = open_archive(tmp_path / "data").readers.subscribers()
    assert (reader.address, reader.cadence, reader.watch_lists[0].concepts) == (
        "you@example.org",
        Cadence.DAILY,
        ("savings",),
    )
    gone = paperwatch(tmp_path / "other", "init", *words, "--server", f"127.0.0.1:{server.port}")
    assert gone.returncode == 0
    assert "the test message was not sent" in gone.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", "Atlantis"), "no board, council, trust or postcode in England is called 'Atlantis'"),
        (("--mail", "not an address"), "not a valid e-mail address"),
        (("--mail", "a@example.org", "--server", "mail:99999"), "is no port"),
        (("--topic", "nothing-such"), "nothing-such"),
    ],
)
def test_a_wrong_answer_writes_nothing(tmp_path, words, said):
    done = paperwatch(tmp_path, "init", *words, *SAID_NO)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "paperwatch.toml").exists()


def answered(data, *answers):
    """`init` on a terminal on which a person gives these answers."""
    keeper, screen = os.openpty()
    os.write(keeper, "".join(f"{answer}\n" for answer in answers).encode())
    done = paperwatch(data, "init", terminal=os.ttyname(screen))
    os.close(screen)
    os.close(keeper)
    return done.returncode, done.stdout + done.stderr


def test_a_person_is_asked_and_then_papers_are_read(tmp_path):
    with StandIn() as standin:
        standin.write_lines(tmp_path)
        code, said = answered(tmp_path, "wold-and-haven", "n", "savings", "you@example.org", "", "no", "y")
        assert code == 0, said
    assert "A run reads 1 source." in said
    archive = open_archive(tmp_path)
    assert archive.reports.account().papers > 0
    assert [row.id for row in archive.reports.health()] == ["wold-and-haven"]


def test_a_slip_of_the_hand_is_asked_about_again_and_costs_no_other_answer(tmp_path):
    where = ("Atlantis", "MFT", "", "MFT", "9", "3", "n")
    topics = ("saving", "Savings")
    mail = ("me@@x", "you@example.org", "mail:99999", "")
    code, said = answered(tmp_path, *where, *topics, *mail, "no", "n")
    assert code == 0, said
    assert "is called 'Atlantis'." in said
    assert "'MFT' is left out" in said
    assert "Please give numbers from 1 to" in said
    assert "No topic 'saving', did you mean 'savings'" in said
    assert "'me@@x' is not a valid e-mail address" in said
    assert "a port is a number from 1 to 65535" in said
    written = tomllib.loads((tmp_path / "paperwatch.toml").read_text())
    assert written["sources"] == {"only": ["manchester-university-trust"]}
    [reader] = open_archive(tmp_path).readers.subscribers()
    assert (reader.address, reader.watch_lists[0].concepts) == ("you@example.org", ("savings",))


def test_who_stops_between_the_questions_is_told_that_nothing_was_written(tmp_path):
    code, said = answered(tmp_path, "Leeds City Council", "1", "\x04")  # the end of what is typed
    assert code == 130
    assert "stopped; nothing was written" in said
    assert not (tmp_path / "paperwatch.toml").exists()


def test_without_a_terminal_it_says_that_it_asks_nothing_and_reads_all_of_england(tmp_path):
    done = paperwatch(tmp_path, "init")
    assert done.returncode == 0, done.stderr
    assert "not a terminal" in done.stderr
    assert "will read all of England" in done.stdout
    assert "Accountable care" not in done.stderr


def test_cron_starts_a_run_each_day_once(tmp_path):
    """In a mount namespace of its own: the crontab of whoever runs the tests is left alone."""
    if shutil.which("crontab") is None or os.geteuid() != 0:
        pytest.skip("there is no cron here, or no right to a crontab of its own: apt-get install cron")
    data = tmp_path / "100% of it"
    (tmp_path / "tabs").mkdir()
    told = (
        "from pathlib import Path; from cli.app.first_setup import start_by_cron; "
        f"start_by_cron('/opt/paper watch', Path({str(data)!r}))"
    )
    script = f"""
mount --bind {tmp_path}/tabs /var/spool/cron/crontabs || exit 77
echo '0 1 * * *  true' | crontab -
for _ in 1 2; do {sys.executable} -c "{told}" || exit 1; done
crontab -l
"""
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False
    )
    if done.returncode == 77:
        pytest.skip(f"no folders of its own can be had here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    kept, ours = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert kept == "0 1 * * *  true"
    assert ours == first_setup.cron_line("/opt/paper watch", data)
    assert "100\\% of it" in ours


def test_systemd_itself_takes_the_units_whatever_the_folders_are_called(tmp_path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze here: apt-get install systemd")
    command = tmp_path / "%h of it" / "paper watch"
    command.parent.mkdir()
    command.symlink_to("/bin/true")
    for name, text in first_setup.systemd_units(str(command), tmp_path / 'a "data" folder').items():
        (tmp_path / name).write_text(text)
    files = [str(tmp_path / name) for name in ("paperwatch.service", "paperwatch.timer")]
    done = subprocess.run(
        [program, "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_password_is_for_its_owner_alone_even_in_a_file_that_was_there(tmp_path):
    (tmp_path / "smtp-password").write_text("old")
    (tmp_path / "smtp-password").chmod(0o644)
    server = first_setup.MailServer(host="mail.example.org", username="me", password="s3cret")
    first_setup.write_setup(tmp_path, first_setup.Answers(address="me@example.org", server=server))
    assert (tmp_path / "smtp-password").stat().st_mode & 0o777 == 0o600
    assert "s3cret" not in (tmp_path / "paperwatch.toml").read_text()
    assert App(tmp_path).config.alerts.smtp.password({}) == "s3cret"
