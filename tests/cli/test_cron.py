"""A real cron starts the line of deploy/crontab: it mails what is not well, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.demo.standin import StandIn
from tests.helpers.demo_run import prepare

ROOT = Path(__file__).parents[2]
SECONDS = 240  # that a busy machine may take
# Folders of the machine that cron looks into are covered by ours, for this process alone.
COVERED = """
set -e
mount -t tmpfs none /run
mount --bind {folder}/none /etc/cron.d
mount --bind {folder}/empty /etc/crontab
mount --bind {folder}/tabs /var/spool/cron/crontabs
mount -t overlay overlay -o lowerdir={folder}/bin:/usr/sbin /usr/sbin
"""
# In place of a mail server: what cron mails is a file.
SENDMAIL = "#!/bin/sh\ncat > {folder}/mail.part && mv {folder}/mail.part {folder}/mail\n"


@contextmanager
def cron(folder: Path, job: str):
    """A cron with one job, which it starts at once."""
    program = shutil.which("cron")
    if program is None or os.geteuid() != 0:
        pytest.skip("there is no cron here, or not the right to start one: apt-get install cron")
    for name in ("none", "tabs", "bin"):
        (folder / name).mkdir()
    (folder / "empty").touch()
    sendmail, tab = folder / "bin" / "sendmail", folder / "tabs" / "root"
    sendmail.write_text(SENDMAIL.format(folder=folder))
    sendmail.chmod(0o755)
    tab.write_text(f"@reboot {job}\n")
    tab.chmod(0o600)
    (folder / "tabs").chmod(0o700)
    inside, covered = ["unshare", "--mount", "sh", "-c"], COVERED.format(folder=folder)
    tried = subprocess.run([*inside, covered], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this machine gives a process no folders of its own: {tried.stderr}")
    words = ["setpriv", "--pdeathsig", "KILL", *inside, f"{covered}exec {program} -f"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def ran(folder: Path, data: Path, words: str) -> str:
    """What cron mailed of one run of the line that we ship, with these words more."""
    line = (ROOT / "deploy" / "crontab").read_text(encoding="utf-8").splitlines()[-1]
    command = re.fullmatch(r"(?:\S+ ){5} *PAPERWATCH_DATA=\S+ \S+/paperwatch (.+)", line)[1]
    script = f"cd {ROOT} && PAPERWATCH_DATA={data} {sys.executable} -m cli {command} {words}"
    folder.mkdir()
    with cron(folder, f"{script}; echo $? > {folder}/code") as process:
        until = time.monotonic() + SECONDS
        while not (folder / "code").exists() or _is_at_work(process.pid):
            assert time.monotonic() < until, "cron started nothing"
            assert process.poll() is None, f"cron has ended: {process.stderr.read()}"
            time.sleep(0.1)
    mail = folder / "mail"
    return mail.read_text(encoding="utf-8") if mail.exists() else ""


def _is_at_work(process: int) -> bool:
    """Whether a child of cron lives, which mails before it ends. Cron buries it at the next minute."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return any(" Z " not in Path(f"/proc/{child}/stat").read_text(encoding="ascii") for child in children)


def test_cron_mails_what_is_not_well_and_nothing_else(tmp_path):
    data = tmp_path / "data"
    with StandIn() as standin:
        prepare(data, standin)
        *_, body = standin.sources()["feed"]
        words = f"{body} --today {standin.today}"
        assert ran(tmp_path / "well", data, words) == ""
        assert (tmp_path / "well" / "code").read_text() == "0\n"
        (data / "paperwatch.toml").write_text("[alerts]\nsendr = 'a@example.org'\n")
        mail = ran(tmp_path / "ill", data, words)
    assert "Subject: Cron <root@" in mail
    assert f"{data / 'paperwatch.toml'}:2: " in mail
    assert "sendr" in mail
    assert (tmp_path / "ill" / "code").read_text() == "2\n"
