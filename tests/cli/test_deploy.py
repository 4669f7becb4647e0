"""The files of deploy/, each read by the program that it is for."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from cronsim import CronSim

from cli.app.config import load
from cli.main import paperwatch
from storage.engines.postgres.connecting import MAKE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
MOST_EXPOSED = 3.0


def ran(program, *words, **more):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=False, **more)


def commands():
    """Every paperwatch command line of the files, without what stands before it."""
    for path in sorted(DEPLOY.iterdir()):
        for found in re.findall(r"bin/paperwatch (.*)", path.read_text(encoding="utf-8")):
            yield pytest.param(shlex.split(found), id=f"{path.name}: {found}")


@pytest.mark.parametrize("words", [*commands()])
def test_a_command_of_the_files_is_one_of_ours(words):
    name, *options = words
    command = paperwatch.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {option for option in options if option.startswith("-")} <= known


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_leaves_little_open(unit):
    done = ran("systemd-analyze", "security", "--offline=yes", "--threshold=100", unit)
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("unit", [*UNITS, *DEPLOY.glob("*.timer")], ids=lambda path: path.name)
def test_systemd_understands_every_line_of_a_unit(unit):
    done = ran("systemd-analyze", "verify", "--man=no", unit)
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert [line for line in ours if "is not executable" not in line and "not exist" not in line] == []


def test_the_run_fails_its_unit_only_where_a_person_must_come():
    text = (DEPLOY / "paperwatch.service").read_text(encoding="utf-8")
    assert re.search(r"^SuccessExitStatus=(.*)$", text, re.MULTILINE)[1] == "1 3"


def test_cron_reads_the_crontab():
    lines = (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
    [job] = [line for line in lines if not line.startswith("#")]
    assert next(CronSim(" ".join(job.split()[:5]), datetime(2026, 1, 1, tzinfo=UTC))).hour == 6


def test_caddy_takes_its_file():
    done = ran("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile")
    assert done.returncode == 0, done.stderr


def test_nginx_takes_its_file(tmp_path):
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=papers.example.org",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (tmp_path / "site.conf").write_text(re.sub(r"/etc/letsencrypt/live/\S+?/", f"{tmp_path}/", site))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; "
        + "".join(
            f"{kind}_temp_path {tmp_path}/{kind}; "
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {tmp_path}/site.conf; }}"
    )
    done = ran("nginx", "-t", "-e", "stderr", "-c", tmp_path / "nginx.conf")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / ".github").rglob("*.yml")), ROOT / ".pre-commit-config.yaml"],
    ids=lambda path: path.name,
)
def test_a_file_for_the_forge_can_be_read(path):
    assert yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_hooks_before_a_commit_are_local_and_their_programs_are_there():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    programs = [hook["entry"].split()[0] for repository in config["repos"] for hook in repository["hooks"]]
    assert [program for program in programs if not (ROOT / program).exists()] == []


def test_the_public_ci_runs_what_ours_runs():
    steps = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]["test"][
        "steps"
    ]
    assert any(step.get("run") == ".ci/run" for step in steps)


def test_the_containers_of_the_cluster_run_commands_of_ours_with_settings_that_are_some(tmp_path):
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    ours = [service for service in services.values() if service["image"] == "paperwatch"]
    named = [service["command"][0] for service in ours if "entrypoint" not in service]
    assert sorted(named) == ["schedule", "serve", "worker"]
    assert set(named) <= {*paperwatch.commands}
    assert services["scheduler"]["entrypoint"] == ["dask"]
    assert compose["networks"]["workers"]["internal"], "no paper has a way out of where it is read"
    shutil.copy(DEPLOY / "compose.toml", tmp_path / "paperwatch.toml")
    settings = load(tmp_path, {})
    assert settings.storage.url.startswith("postgresql+psycopg://paperwatch@db/")
    assert settings.extract.cluster == services["worker"]["command"][1]
    words = services["db"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert set(words) <= set(MAKE.split()), "as an archive's database must be made"
    assert "PASSWORD" not in yaml.safe_dump(compose), "it is in a file of its own, which no checkout has"


def test_compose_understands_every_line_of_the_cluster(tmp_path):
    """By Docker's own program: no daemon is asked."""
    for file in DEPLOY.glob("compose.*"):
        shutil.copy(file, tmp_path)
    (tmp_path / "compose.env").write_text("PGPASSWORD=a\nPOSTGRES_PASSWORD=a\n", encoding="utf-8")
    if not ran("docker-compose", "version", "--short").stdout.lstrip("v").startswith("2"):
        pytest.skip("docker-compose is of a version that knows no names of projects")
    done = ran("docker-compose", "-f", tmp_path / "compose.yaml", "config", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_installs_the_lock_and_runs_a_command_of_ours():
    """Its steps are run in a fresh environment by soak/test_install_soak.py."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes --requirement requirements.lock" in text
    assert re.search(r'ENTRYPOINT \["paperwatch"\]\nCMD \["(\w+)"', text)[1] in paperwatch.commands
    assert text.index("USER paperwatch") < text.index("ENTRYPOINT"), "not as root"
