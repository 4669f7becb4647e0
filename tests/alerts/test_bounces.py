"""Messages that come back: believed with proof, each once; two hard ones on two days stop a reader."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime
from itertools import count

import pytest
from sqlalchemy import select, update

from alerts.bounces import reports
from cli.app import returned_mail
from cli.app.context import App
from cli.main import call
from pipeline.bounces import Heard
from pipeline.errors import ConfigError
from pipeline.health.machine import concerns
from pipeline.model import Cadence, MessageKind
from storage import tables as t
from storage.subscribers.outbox import queue
from tests.alerts import bounce_mails as mails
from tests.alerts.imap_server import PASSWORD, USER, imap
from tests.helpers.archives import keep

READER, OTHER = "reader@example.org", "other@example.org"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A data folder with two readers who were sent a digest each."""
    data = tmp_path_factory.mktemp("told") / "data"
    made = App(data, makes_archive=True)
    for address in (READER, OTHER):
        made.archive.readers.subscribe(
            address, channel="mail", cadence=Cadence.IMMEDIATE, confirmed_at=datetime.now(UTC), backlog=True
        )
    settings(made, "folder = 'nowhere'")
    news(made)
    made.archive.database.engine.dispose()
    return data


@pytest.fixture
def app(told, tmp_path):
    """The same, and an empty mailbox."""
    shutil.copytree(told, tmp_path / "data")
    (tmp_path / "box").mkdir()
    made = App(tmp_path / "data")
    settings(made, f"folder = '{tmp_path / 'box'}'")
    yield made
    made.archive.database.engine.dispose()


def settings(app, bounces):
    (app.data / "paperwatch.toml").write_text(
        f"[alerts]\nsender = 'digests@papers.example'\n[alerts.bounces]\n{bounces}\n"
    )
    vars(app).pop("config", None)


NUMBERS = count()


def news(app):
    """Something new to tell comes, and is told."""
    number = next(NUMBERS)
    page = f"A whole population annual payment of {number} million was agreed by board {number}."
    keep(app.archive, [page], key=f"d{number}", content=page.encode())
    app.flag(lambda *_: None)
    app.tell(datetime.now(UTC))
    app.deliver()


def sent(app, address=READER):
    """The Message-IDs of what an address was sent and has not come back, oldest first."""
    c = t.outbox.c
    with app.archive.database.reading() as connection:
        return list(
            connection.execute(
                select(c.message_id).where(c.address == address, c.state == "sent").order_by(c.id)
            ).scalars()
        )


def states(app, address=READER):
    with app.archive.database.reading() as connection:
        c = t.outbox.c
        return list(connection.execute(select(c.state).where(c.address == address).order_by(c.id)).scalars())


def later(app, days=1):
    """Days pass: all that is recorded is so much older."""
    with app.archive.database.writing() as connection:
        for table, names in (
            (t.outbox, ("created_at", "sent_at", "due_at")),
            (t.bounces, ("sent_at", "heard_at")),
        ):
            for row in connection.execute(select(table)).mappings().all():
                older = {name: row[name] - days * DAY for name in names if row[name]}
                connection.execute(update(table).where(table.c.id == row["id"]).values(**older))


def standard(*words, at=None, **facts):
    """A mail of its own each time, as every bounce is."""
    mail = mails.standard(*words, date=format_datetime(at or datetime.now(UTC)), **facts)
    return mail.replace(b"<bounce-1@", b"<bounce-%d@" % next(NUMBERS))


def comes_back(app, *contents):
    for content in contents:
        (app.data.parent / "box" / f"{next(NUMBERS):06}.eml").write_bytes(content)
    return returned_mail.read(app)[0]


def is_stopped(app, address=READER):
    return bool(app.archive.readers.of_address(address).stopped)


def test_an_address_is_given_up_after_two_hard_bounces_on_two_days(app, capsys):
    (first,) = sent(app)
    assert comes_back(app, standard(ours=first)) == {Heard.COUNTED: 1}
    assert (states(app), is_stopped(app)) == (["queued"], False)
    later(app)
    app.deliver()
    assert sent(app) == [first]  # the same message, under the same name
    assert comes_back(app, standard(ours=first, at=datetime.now(UTC) + timedelta(minutes=1))) == {
        Heard.STOPPED: 1
    }
    assert is_stopped(app)
    assert not is_stopped(app, OTHER)
    capsys.readouterr()
    assert call(["--data", str(app.data), "status"]) == 1
    said = capsys.readouterr().out
    assert "it came back: 550 5.1.1 <this reader>: no such mailbox" in said
    assert "Bounces of the last 30 days: 2 hard." in said
    # What it told counts as not told, for when they come back.
    with app.archive.database.reading() as connection:
        assert len(connection.execute(select(t.ledger)).all()) == len(sent(app, OTHER))


def test_what_arrived_before_the_first_of_two_hard_bounces_speaks_for_nobody(app):
    later(app)
    news(app)
    last = sent(app)[-1]
    comes_back(app, standard(ours=last))
    later(app)
    app.deliver()
    assert comes_back(app, standard(ours=last)) == {Heard.STOPPED: 1}


def test_a_bounce_of_a_message_that_has_gone_meanwhile_moves_nothing(app):
    bounce = reports.read(standard(ours=sent(app)[0]), "papers.example").of(sent(app)[0], READER)
    app.archive.readers.remove(READER)
    assert app.archive.bounces.hear(bounce, datetime.now(UTC)) is Heard.NOT_BELIEVED


def test_two_hard_bounces_of_one_day_stop_nobody(app):
    (first,) = sent(app)
    news(app)
    second = sent(app)[1]
    assert comes_back(app, standard(ours=first), standard(ours=second)) == {Heard.COUNTED: 2}
    assert not is_stopped(app)


def test_a_message_that_arrived_in_between_begins_the_count_anew(app):
    comes_back(app, standard(ours=sent(app)[0]))
    later(app)
    news(app)  # goes out with the one that came back, and neither does
    later(app)
    news(app)
    assert comes_back(app, standard(ours=sent(app)[-1])) == {Heard.COUNTED: 1}
    assert not is_stopped(app)


@pytest.mark.parametrize("code", ["4.4.7", "5.2.2"])
def test_what_may_pass_stops_nobody_however_often_and_is_sent_again(app, code):
    (first,) = sent(app)
    for _ in range(3):
        assert comes_back(app, standard(code, "", ours=first)) == {Heard.COUNTED: 1}
        assert states(app) == ["queued"]
        later(app)
        app.deliver()
        assert sent(app) == [first]
    assert not is_stopped(app)


def test_a_message_whose_content_came_back_is_held_and_sent_smaller(app):
    (first,) = sent(app)
    for _ in range(3):
        comes_back(app, standard("5.7.1", "smtp; 550 5.7.1 looks like spam", ours=first))
        assert app.machine().queue.held == 1
        later(app, 8)
        app.deliver()
    assert sent(app) == [first]
    letters = [message_from_bytes(path.read_bytes()) for path in (app.data / "outbox").glob("*.eml")]
    (again,) = [letter for letter in letters if letter["Message-ID"] == first]
    assert not again.is_multipart()
    assert not is_stopped(app)


def test_a_bounce_that_imitates_another_readers_is_counted_and_moves_nothing(app, capsys):
    own = sent(app, OTHER)[0]
    fakes = [
        standard(ours=own),  # by one who knows the name of their own message, for another's address
        standard(ours=f"<{'0' * 40}@papers.example>"),
        standard(ours="<invented@papers.example>"),
        mails.qmail(ours=own),
        mails.exim(ours="<invented@papers.example>"),
        standard(ours=own, recipient=READER, original=READER),
    ]
    for _ in range(3):
        assert comes_back(app, *fakes) == {Heard.NOT_BELIEVED: len(fakes)}
        later(app)
    assert states(app) == states(app, OTHER) == ["sent"]
    call(["--data", str(app.data), "status"])
    assert f"not believed, in all: {3 * len(fakes)}" in capsys.readouterr().out


def test_a_mail_is_counted_once_however_often_it_is_read(app):
    (first,) = sent(app)
    bounce = standard(ours=first)
    assert comes_back(app, bounce) == {Heard.COUNTED: 1}
    assert comes_back(app, bounce) == {Heard.AGAIN: 1}
    later(app)
    app.deliver()
    assert comes_back(app, bounce) == {Heard.AGAIN: 1}  # not of this sending
    # Another mail of the first sending, which was long on its way.
    assert comes_back(app, standard(ours=first, at=datetime.now(UTC) - DAY)) == {Heard.AGAIN: 1}
    assert (states(app), is_stopped(app)) == (["sent"], False)


def test_killed_before_a_mail_is_marked_it_is_known_when_it_is_read_again(app, monkeypatch):
    (first,) = sent(app)
    with monkeypatch.context() as patch:
        patch.setattr("alerts.bounces.mailboxes.FolderMailbox._done", _killed)
        with pytest.raises(KeyboardInterrupt):
            comes_back(app, standard(ours=first))
    assert states(app) == ["queued"]
    assert comes_back(app) == {Heard.AGAIN: 1}
    assert comes_back(app) == {}


def _killed(*_):
    raise KeyboardInterrupt


def test_other_mail_is_no_bounce(app):
    assert comes_back(app, mails.holiday(), b"Subject: stop\r\n\r\nPlease stop.") == {Heard.NO_BOUNCE: 2}


def test_a_notice_that_came_back_is_a_concern(app):
    with app.archive.database.writing() as connection:
        name = f"<{'c' * 40}@papers.example>"
        queue(connection, MessageKind.NOTICE, "mail", "operator@example.org", name, b"x")
    app.deliver()
    assert comes_back(app, standard(ours=name, recipient="operator@example.org")) == {Heard.COUNTED: 1}
    (concern,) = [each for each in concerns(app.machine()) if each.subject == "operator"]
    assert concern.text.startswith("a notice to the operator came back: 550 5.1.1")


def test_who_is_removed_leaves_no_bounce_and_who_asks_is_shown_theirs(app):
    comes_back(app, standard(ours=sent(app)[0]))
    (row,) = app.archive.readers.export(READER)["came_back"]
    assert (row["kind"], row["address"]) == ("hard", READER)
    app.archive.readers.remove(READER)
    with app.archive.database.reading() as connection:
        assert connection.execute(select(t.bounces)).all() == []


def test_who_begins_anew_begins_with_no_bounce(app):
    comes_back(app, standard(ours=sent(app)[0]))
    reader = app.archive.readers.of_address(READER)
    app.archive.readers.stop(reader.id)
    app.archive.readers.resume(reader.id)
    assert app.archive.readers.export(READER)["came_back"] == []


def test_a_run_says_what_it_heard_and_that_a_mailbox_is_gone(app, capsys):
    comes_back(app)
    (app.data.parent / "box" / "1.eml").write_bytes(standard(ours=sent(app)[0]))
    assert call(["--data", str(app.data), "notify"]) == 0
    assert "Read the mailbox for bounces: 1 counted." in capsys.readouterr().out
    (app.data.parent / "box").rename(app.data.parent / "elsewhere")
    assert call(["--data", str(app.data), "notify"]) == 1
    assert "problem: the mailbox for bounces: " in capsys.readouterr().err


# ---- mailboxes


@pytest.mark.parametrize("kind", ["folder", "maildir", "imap"])
def test_a_full_mailbox_is_read_a_bounded_piece_at_a_time(app, tmp_path, kind):
    total, most = 25, 10
    box = tmp_path / "box"
    settings(app, f"most = {most}\nfolder = '{box}'")
    if kind == "maildir":
        for name in ("new", "cur", "tmp"):
            (box / name).mkdir()
    folder = box / "new" if kind == "maildir" else box
    for number in range(total - 1):
        ending = ":2,R" if kind == "maildir" and number % 2 else ".eml"
        place = box / "cur" if ending == ":2,R" else folder
        (place / f"{number:03}{ending}").write_bytes(mails.holiday())
    (folder / "999.eml").write_bytes(standard(ours=sent(app)[0]))
    before = sorted(path.read_bytes() for path in box.rglob("*") if path.is_file())

    def rounds():
        return [sum(returned_mail.read(app)[0].values()) for _ in range(4)]

    if kind == "imap":
        with imap(box, uid_step=700) as port:
            listen(app, port, more=f"most = {most}")
            assert rounds() == [10, 10, 5, 0]
    else:
        assert rounds() == [10, 10, 5, 0]
    assert states(app) == ["queued"]
    assert sorted(path.read_bytes() for path in box.rglob("*") if path.is_file()) == before


@pytest.mark.parametrize(
    ("uid_step", "a_run"), [(1, 40), (20_000, 10)], ids=["as many as may be", "as far as it looks in one run"]
)
def test_a_mailbox_of_a_hundred_thousand_is_read_a_piece_a_run(app, tmp_path, uid_step, a_run):
    """Its mails have numbers (UIDs) that follow each other, or far apart: ten digits each at the end.

    All of those in one answer are more than a line may hold, so that it asks for 2,000 numbers at a time.
    """
    (tmp_path / "box" / "1.eml").write_bytes(mails.holiday())
    with imap(tmp_path / "box", uid_step=uid_step, fill=100_000) as port:
        listen(app, port, more="most = 40")
        for _ in range(2):
            assert returned_mail.read(app) == ({Heard.NO_BOUNCE: a_run}, "")


def listen(app, port, password=PASSWORD, more=""):
    """Read bounces from an IMAP server on this machine from now on."""
    secret = app.data / "secret"
    secret.write_text(password)
    where = f"host = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nusername = '{USER}'"
    settings(app, f"{where}\npassword_file = '{secret}'\n{more}")


def test_a_mailbox_that_is_made_anew_is_read_from_its_beginning_and_counts_nothing_twice(app, tmp_path):
    (tmp_path / "box" / "1.eml").write_bytes(standard(ours=sent(app)[0]))
    for validity, heard in ((1, Heard.COUNTED), (2, Heard.AGAIN)):
        with imap(tmp_path / "box", uidvalidity=validity) as port:
            listen(app, port)
            assert returned_mail.read(app) == ({heard: 1}, "")


def test_a_wrong_password_is_said_without_it(app, tmp_path):
    with imap(tmp_path / "box") as port:
        listen(app, port, "mistyped secret")
        heard, fault = returned_mail.read(app)
    assert not heard
    assert "127.0.0.1" in fault
    assert "mistyped" not in fault


@pytest.mark.parametrize("greeting", [b"", b"220 a mail server\r\n", b"* BYE full\r\n", b"\xff" * 2_000_000])
def test_a_server_that_speaks_no_imap_is_a_fault_and_no_end(app, greeting):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.sendall(greeting)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        listen(app, server.getsockname()[1], more="timeout = 2")
        assert "127.0.0.1" in returned_mail.read(app)[1]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "needs a `folder` or the `host`"),
        ("folder = 'x'\nhost = 'y'\nusername = 'z'", "one of the two"),
        ("host = 'mail.example.org'", "needs a `username`"),
        ("host = 'mail.example.org'\nusername = 'x'\nsecurity = 'none'", "on this machine only"),
        ("folder = 'x'\ntagged = true", "`tagged` needs a `return_path`"),
        ("folder = 'x'\nreturn_path = 'no address'", "not one that mail can be sent to"),
        ("folder = 'x'\nfolders = 'y'", "has no setting 'folders'"),
        ("host = 'h'\nusername = 'u'\nmailbox = \"a\\r\\nb\"", "mailbox"),
    ],
)
def test_settings_that_cannot_be_are_one_clear_line(tmp_path, table, said):
    (tmp_path / "paperwatch.toml").write_text(f"[alerts.bounces]\n{table}\n")
    with pytest.raises(ConfigError) as caught:
        _ = App(tmp_path).config
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_programs_are_told_the_same(app, capsys):
    comes_back(app, standard(ours=sent(app)[0]))
    call(["--data", str(app.data), "status", "--format", "json"])
    bounces = json.loads(capsys.readouterr().out)["machine"]["bounces"]
    assert (bounces["hard"], bounces["not_believed"]) == (1, 0)
