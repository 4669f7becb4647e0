"""A real Postfix between us and the readers' servers: it takes all, and refusals come back by mail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.app import returned_mail
from cli.app.context import App
from pipeline.bounces import Heard
from pipeline.model import Cadence
from tests.alerts.test_channels import serving
from tests.helpers.archives import keep

READER = "reader@example.org"
SECONDS = 120  # that Postfix may take for a bounce
MASTER = """
{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.papers.example
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
recipient_delimiter = +
transport_maps = inline:{{ example.org=smtp:[127.0.0.1]:{onward} }}
virtual_mailbox_domains = papers.example
virtual_mailbox_base = {folder}
virtual_mailbox_maps = static:mail/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
"""


@contextmanager
def postfix(onward: int):
    """A Postfix that hands the mail of readers to this port; gives its own port and its Maildir."""
    if not shutil.which("postfix") or os.geteuid() != 0:
        pytest.skip("there is no Postfix here, or not the right to start one: apt-get install postfix")
    # Its programs run as another user, who may not enter a folder of ours.
    folder = Path(f"/var/tmp/paperwatch-postfix-{os.getpid()}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir(parents=True)
    shutil.chown(f"{folder}/data", "postfix")
    shutil.chown(f"{folder}/mail", 65534, 65534)
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, onward=onward))
    (folder / "etc" / "master.cf").write_text(MASTER.format(smtp=f"127.0.0.1:{port}"))
    try:
        subprocess.run(["postfix", "-c", f"{folder}/etc", "start"], check=True, capture_output=True)
        yield port, folder / "mail"
    finally:
        subprocess.run(["postfix", "-c", f"{folder}/etc", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder)


def what_comes_back(folder: Path, verb: str, answer: str, *, tagged: bool) -> str:
    """The kind of the bounce, as we read it, where the reader's server answers so to a verb."""
    with serving(refuse={verb: answer}) as reader, postfix(reader.port) as (port, maildir):
        (folder / "paperwatch.toml").write_text(
            "[alerts]\nchannel = 'smtp'\nsender = 'digests@papers.example'\n"
            f"[alerts.smtp]\nhost = '127.0.0.1'\nport = {port}\nsecurity = 'none'\n[alerts.bounces]\n"
            f"folder = '{maildir}'\n"
            f"return_path = 'bounces@papers.example'\ntagged = {str(tagged).lower()}\n"
        )
        app = App(folder, makes_archive=True)
        app.archive.readers.subscribe(
            READER, channel="mail", cadence=Cadence.IMMEDIATE, confirmed_at=datetime.now(UTC), backlog=True
        )
        keep(app.archive, ["A whole population annual payment was agreed."])
        app.flag(lambda *_: None)
        app.tell(datetime.now(UTC))
        sent, failed = app.deliver()
        assert (len(sent), [why for _, why in failed]) == (1, [])
        until = time.monotonic() + SECONDS
        while not list(maildir.glob("new/*")):
            assert time.monotonic() < until, "Postfix sent nothing back"
            time.sleep(0.2)
        assert returned_mail.read(app) == ({Heard.COUNTED: 1}, "")
        (row,) = app.archive.readers.export(READER)["came_back"]
        app.archive.database.engine.dispose()
        return row["kind"]
