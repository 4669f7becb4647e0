"""Set up a private environment in .venv from the locked requirements. Needs Python 3.11, nothing else.

    python3 bootstrap.py          what it takes to run
    python3 bootstrap.py --dev    what it takes to test as well

Uses uv where it is there, else venv and pip. Does nothing where .venv is already up to date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / ".paperwatch-requirements"
NEWER = ("python3.13", "python3.12", "python3.11")


def main() -> None:
    if sys.version_info < (3, 11):
        start_over_with_newer_python()
    lock = HERE / ("requirements-dev.lock" if "--dev" in sys.argv[1:] else "requirements.lock")
    wanted = hashlib.sha256(lock.read_bytes() + (HERE / "pyproject.toml").read_bytes()).hexdigest()
    found = STAMP.read_text().split() if STAMP.exists() else []
    if wanted in found and python().exists():
        return
    say(f"Setting up {VENV.name} from {lock.name}; this takes a minute or two the first time.")
    uv = shutil.which("uv")
    if uv:
        set_up_with_uv(uv, lock)
    else:
        set_up_with_pip(lock)
    # What the development environment holds, the plain one holds too.
    STAMP.write_text(f"{wanted}\n" if lock.name == "requirements.lock" else f"{wanted}\n{plain_stamp()}\n")


def plain_stamp() -> str:
    facts = (HERE / "requirements.lock").read_bytes() + (HERE / "pyproject.toml").read_bytes()
    return hashlib.sha256(facts).hexdigest()


def start_over_with_newer_python() -> None:
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, __file__, *sys.argv[1:]])
    sys.exit(
        "Paperwatch needs Python 3.11 or newer: on Debian or Ubuntu, sudo apt install python3 python3-venv"
    )


def set_up_with_uv(uv: str, lock: Path) -> None:
    if not python().exists():
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    run([uv, "pip", "sync", "--quiet", "--python", str(python()), "--require-hashes", str(lock)])
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(HERE)]
    run([uv, "pip", "install", "--quiet", "--python", str(python()), *editable])


def set_up_with_pip(lock: Path) -> None:
    if not pip_works():
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
        )
        if made.returncode:
            version = f"python3.{sys.version_info.minor}-venv"
            sys.exit(f"Python's venv module is missing: on Debian or Ubuntu, sudo apt install {version}")
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--requirement", str(lock)])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(HERE)])


def pip_works() -> bool:
    if not python().exists():
        return False
    return not subprocess.run(
        [str(python()), "-m", "pip", "--version"], capture_output=True, check=False
    ).returncode


def python() -> Path:
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return VENV / folder / name


def run(command: list[str]) -> None:
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"This step failed, see above: {' '.join(command)}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
