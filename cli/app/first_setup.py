"""What `paperwatch init` writes: the settings of a new archive, and the line that starts a run each day."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.app.config import FILE_NAME
from crawler.lines import toml_lines
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

DAILY = "30 6 * * *"  # papers appear about five working days before a meeting
SERVICE = """\
[Unit]
Description=Paperwatch: one run

[Service]
Type=oneshot
Environment={data}
ExecStart={program} run --quiet
# 1: a source has a problem. 3: another run is still at it. Others fail the unit.
SuccessExitStatus=1 3
Nice=10
"""
TIMER = """\
[Unit]
Description=Paperwatch: a run each morning

[Timer]
OnCalendar=*-*-* 06:30 Europe/London
Persistent=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    host: str
    port: int = 587
    security: str = "starttls"
    username: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said of a new archive."""

    areas: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    address: str = ""  # "" where digests are files
    server: MailServer | None = None


def settings(answers: Answers, password_file: Path) -> str:
    """Returns the text of paperwatch.toml."""
    chosen = {"areas": answers.areas, "only": answers.only, "kinds": answers.kinds}
    tables: dict[str, Mapping[str, Any]] = {"sources": {key: value for key, value in chosen.items() if value}}
    if answers.address:
        tables["alerts"] = {"sender": answers.address, "operator": answers.address}
    if server := answers.server:
        tables["alerts"] = {"channel": "smtp", **tables["alerts"]}
        secret = {"username": server.username, "password_file": str(password_file)} if server.username else {}
        tables["alerts.smtp"] = {
            "host": server.host,
            "port": server.port,
            "security": server.security,
            **secret,
        }
    lines = ["# Written by `paperwatch init`. `paperwatch docs` lists every setting."]
    for name, table in tables.items():
        if table:
            lines += [
                "",
                f"[{name}]",
                *(f"{key} = {toml_lines.value(value)}" for key, value in table.items()),
            ]
    return "\n".join(lines) + "\n"


def file_to_write(data: Path) -> Path:
    """Returns the file of settings. Raises ConfigError where it is there: nobody's are written over."""
    path = data / FILE_NAME
    if path.exists():
        raise ConfigError(f"{path} is there already: change it, or move it away and start again")
    return path


def write_setup(data: Path, answers: Answers) -> Path:
    """Write paperwatch.toml, and the password in a file for its owner alone; returns the settings' path."""
    path, secret = file_to_write(data), data / "smtp-password"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if answers.server and answers.server.password:
        secret.touch(mode=0o600)
        secret.chmod(0o600)  # one that was there may have been open to others
        secret.write_text(answers.server.password + "\n", encoding="utf-8")
    new = path.with_suffix(".new")
    new.write_text(settings(answers, secret), encoding="utf-8")
    new.replace(path)
    return path


def own_command() -> str:
    """Returns the path of the `paperwatch` command that is running. Raises ConfigError."""
    found = shutil.which("paperwatch", path=str(Path(sys.executable).parent)) or shutil.which("paperwatch")
    if found is None:
        raise ConfigError(
            "the command paperwatch was not found: install it before it can be started each day"
        )
    return found


def cron_line(command: str, data: Path) -> str:
    """Returns the line of a crontab; in one, % would end the command."""
    words = f"PAPERWATCH_DATA={shlex.quote(str(data))} {shlex.quote(command)} run --quiet"
    return f"{DAILY}  {words.replace('%', chr(92) + '%')}"


def start_by_cron(command: str, data: Path) -> str:
    """Add the line to the crontab of this user, once; returns it. Raises ConfigError."""
    line = cron_line(command, data)
    if shutil.which("crontab") is None:
        raise ConfigError(f"there is no cron here. Its line would be:\n{line}")
    listed = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)  # noqa: S607 - as the user's own PATH has it
    now = listed.stdout
    if line not in now.splitlines():
        kept = now if not now or now.endswith("\n") else f"{now}\n"
        _done(["crontab", "-"], f"{kept}{line}\n")
    return line


def systemd_units(command: str, data: Path) -> dict[str, str]:
    """Returns the files of a service and its timer for a user's own systemd, to which % is a sign."""
    quoted = toml_lines.value(f"PAPERWATCH_DATA={data}").replace("%", "%%")
    service = SERVICE.format(data=quoted, program=toml_lines.value(command).replace("%", "%%"))
    return {"paperwatch.service": service, "paperwatch.timer": TIMER}


def start_by_systemd(command: str, data: Path) -> str:
    """Write the units of this user's own systemd and start the timer; says where. Raises ConfigError."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in systemd_units(command, data).items():
        (folder / name).write_text(text, encoding="utf-8")
    _done(["systemctl", "--user", "daemon-reload"])
    _done(["systemctl", "--user", "enable", "--now", "paperwatch.timer"])
    return (
        f"{folder / 'paperwatch.timer'}. While you are signed out it runs only after `loginctl enable-linger`"
    )


def _done(words: list[str], given: str = "") -> None:
    try:
        done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    except OSError as error:
        raise ConfigError(f"{words[0]}: {error.strerror}") from error
    if done.returncode:
        raise ConfigError(f"`{' '.join(words)}` failed: {done.stderr.strip()}")
