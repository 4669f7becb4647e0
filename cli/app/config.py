"""`<data>/paperwatch.toml`, with environment variables over it: PAPERWATCH_<TABLE>_<KEY>."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cronsim import CronSim, CronSimError

from alerts.channels.table import CHANNELS
from alerts.config import AlertConfig
from crawler.config import CrawlConfig, SourcesConfig
from extractors.config import ExtractConfig
from pipeline.days import LONDON
from pipeline.errors import ConfigError
from storage.config import StorageConfig
from web.config import WebConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FILE_NAME = "paperwatch.toml"
PREFIX = "PAPERWATCH_"


class ScheduleConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When `paperwatch schedule` starts a run."""

    # Never between 01:00 and 02:00: that hour is missing or doubled twice a year.
    cron: str = "30 6 * * *"
    timezone: str = LONDON.key


class OperationsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What watches over the machine itself."""

    run_every_hours: Annotated[float, msgspec.Meta(gt=0, le=24 * 366)] = 24.0  # twice as long without: late
    # Told of the beginning and the end of each run, as healthchecks.io and its like want it: <url>/start,
    # <url>, <url>/fail. "" tells nobody.
    ping_url: Annotated[str, msgspec.Meta(max_length=500)] = ""
    ping_to_private_addresses: bool = False

    def __post_init__(self) -> None:
        if self.ping_url and not self.ping_url.startswith(("http://", "https://")):
            raise ValueError("`ping_url` must begin with http:// or https://")


class LogConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority that stamps the roots of the archive's log (RFC 3161). It is sent a hash alone."""

    timestamp_url: Annotated[str, msgspec.Meta(max_length=500)] = ""  # "" asks nobody
    timestamp_ca_file: str = ""  # the certificates (PEM) that its own leads to
    timestamp_from_private_addresses: bool = False  # whether it may be in this machine's own network


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table for each edge of the house; each has working defaults."""

    crawl: CrawlConfig = CrawlConfig()
    sources: SourcesConfig = SourcesConfig()
    extract: ExtractConfig = ExtractConfig()
    alerts: AlertConfig = AlertConfig()
    storage: StorageConfig = StorageConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    web: WebConfig = WebConfig()
    operations: OperationsConfig = OperationsConfig()
    log: LogConfig = LogConfig()


def load(data: Path, environment: Mapping[str, str]) -> Config:
    """The configuration of a data folder. Raises ConfigError naming the file, the line and the key."""
    path = data / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    convert(tables, path, text)
    return convert(_with_environment(tables, environment), path, text)


def convert(tables: dict[str, Any], path: Path, text: str) -> Config:
    try:
        config = msgspec.convert(tables, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}{_line_of(str(error), text)}: {_said(str(error))}") from error
    if config.alerts.base_url:
        raise ConfigError(
            f"{path}{_line_of('`$.alerts.base_url`', text)}: base_url belongs under [web], for messages too"
        )
    if config.alerts.channel not in CHANNELS:
        raise ConfigError(
            f"{path}{_line_of('`$.alerts.channel`', text)}: there is no channel {config.alerts.channel!r}; "
            f"there are: {', '.join(sorted(CHANNELS))}"
        )
    try:
        zone_of(config.schedule)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    # Pages and messages lead to one and the same place.
    alerts = msgspec.structs.replace(config.alerts, base_url=config.web.base_url)
    return msgspec.structs.replace(config, alerts=alerts)


def zone_of(schedule: ScheduleConfig) -> ZoneInfo:
    """The zone of the clock. Raises ConfigError where it or the cron expression cannot be read."""
    try:
        zone = ZoneInfo(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"[schedule] timezone: there is no time zone {schedule.timezone!r}") from error
    try:
        CronSim(schedule.cron, datetime.now(UTC))
    except CronSimError as error:
        raise ConfigError(
            f"[schedule] cron: {schedule.cron!r} cannot be read: five fields, as in {ScheduleConfig().cron!r}"
        ) from error
    return zone


def unknown_variables(config: Config, environment: Iterable[str]) -> list[str]:
    """A warning for each variable that looks like a setting and is not one: it would be lost in silence."""
    from crawler.lines.entries import near

    smtp, bounces = config.alerts.smtp, config.alerts.bounces
    passwords = {
        smtp.password_variable if smtp else f"{PREFIX}SMTP_PASSWORD",
        bounces.password_variable if bounces else f"{PREFIX}BOUNCES_PASSWORD",
    }
    known = {f"{PREFIX}DATA", *passwords, *(variable for variable, _, _ in _variables())}
    return [
        f"the variable {name} of the environment is no setting{near(name, known)}"
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]


def _variables() -> Iterator[tuple[str, str, str]]:
    """Each setting's variable, its table and its key."""
    for table in Config.__struct_fields__:
        for key in type(getattr(Config(), table)).__struct_fields__:
            yield f"{PREFIX}{table}_{key}".upper(), table, key


def _with_environment(tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    merged: dict[str, Any] = {name: dict(table) for name, table in tables.items()}
    for variable, table, key in _variables():
        value = environment.get(variable)
        if value is not None:
            merged.setdefault(table, {})[key] = _typed(type(getattr(Config(), table)), key, value)
    return merged


def _typed(struct: type[msgspec.Struct], key: str, value: str) -> Any:
    """An environment variable is text: read it as the setting's own type."""
    kind = next(field.type for field in msgspec.structs.fields(struct) if field.name == key)
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"the environment's setting of {key}: {_said(str(error))}") from error


def _said(message: str) -> str:
    """As in "[crawl] has no setting 'contakt', did you mean 'contact'?"."""
    from crawler.lines.entries import near
    from crawler.lines.faults import in_words

    reason, _, place = message.partition(" - at `$")
    place = place.rstrip("`").lstrip(".")
    if unknown := _UNKNOWN.search(reason):
        known = getattr(_kind_of(place), "__struct_fields__", ())
        what = f"[{place}] has no setting {unknown[1]!r}" if place else f"there is no table [{unknown[1]}]"
        return f"{what}{near(unknown[1], known)}"
    table, _, key = place.rpartition(".")
    kind = _kind_of(place)
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    return f"[{table}] {key}: {in_words(reason, choices)}" if table else f"[{key}] {in_words(reason)}"


def _kind_of(place: str) -> Any:
    """The type of a setting, as of "alerts.smtp.security"."""
    kind: Any = Config
    for key in filter(None, place.split(".")):
        if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
            return None
        kind = next((field.type for field in msgspec.structs.fields(kind) if field.name == key), None)
        kind = next((part for part in get_args(kind) if hasattr(part, "__struct_fields__")), kind)
    return kind


_PATH = re.compile(r"`\$((?:\.\w+)+)`")
_OWN = re.compile(r"`(\w+)`")
_UNKNOWN = re.compile(r"unknown field `(\w+)`")


def _line_of(message: str, text: str) -> str:
    """The line of the key at fault, as ":12"; "" where it is not found."""
    unknown = _UNKNOWN.search(message)
    path = _PATH.search(message)
    own = _OWN.match(message)  # a check of ours names the key and has the path of its table
    key = next((found[1].rpartition(".")[2] for found in (unknown, own, path) if found), "")
    for number, line in enumerate(text.splitlines(), 1):
        if key and re.match(rf"\s*\[?{key}\b", line):
            return f":{number}"
    return ""
