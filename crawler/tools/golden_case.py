"""Saving an answer as a golden case, in the form that tests/crawler/test_platforms.py reads."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.answers.inside_addresses import is_inside
from crawler.lines import toml_lines
from pipeline.errors import ConfigError
from pipeline.model import Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.model import Capture, Fetch, Source

ROOT = Path(__file__).parents[2] / "tests" / "platforms"
_SUFFIXES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/rss+xml": "xml",
    "application/atom+xml": "xml",
    "application/json": "json",
}


def save_case(
    folder: Path, source: Source, today: date, fetch: Fetch | None, capture: Capture | None
) -> None:
    """Write a case; without a fetch it is one of `start`.

    It appears whole or not at all: the runner takes every folder for a case. Raises ConfigError where the
    folder is there already or cannot be made.
    """
    if folder.exists():
        raise ConfigError(f"{folder} is there already: choose another --name")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made: {error.strerror}") from error
    try:
        own, public = _own_host(source)
        if capture is not None:
            body = capture.body.replace(own.encode(), public.encode()) if own else capture.body
            (new / f"body.{_SUFFIXES.get(capture.media_type, 'bin')}").write_bytes(body)
        case = _case(source, today, fetch, capture)
        (new / "case.toml").write_text(case.replace(own, public) if own else case, encoding="utf-8")
        new.chmod(0o755)
        new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _own_host(source: Source) -> tuple[str, str]:
    """How addresses on one's own machine begin, "" for a public host; and what a case says instead."""
    parts = urlsplit(source.url)
    own = f"{parts.scheme}://{parts.netloc}" if is_inside(source.url) else ""
    return own, f"https://{source.id}.example"


def _case(source: Source, today: date, fetch: Fetch | None, capture: Capture | None) -> str:
    tables = {"source": _source(source)}
    if fetch is not None:
        tables["fetch"] = {"url": fetch.url, "step": fetch.step}
        tables["fetch"] |= {"context": fetch.context} if fetch.context else {}
        tables["fetch"] |= {"form": fetch.form} if fetch.form is not None else {}
    if fetch is not None and capture is not None and (answer := _capture(fetch, capture)):
        tables["capture"] = answer
    return f"today = {today}\n" + "".join(f"\n[{name}]\n{_table(keys)}" for name, keys in tables.items())


def _source(source: Source) -> dict[str, Any]:
    keys: dict[str, Any] = {"id": source.id, "name": source.name, "kind": source.kind, "url": source.url}
    if source.options:
        keys["options"] = source.options
    if source.window != Window():
        keys["window"] = {"back": source.window.back, "ahead": source.window.ahead}
    return keys


def _capture(fetch: Fetch, capture: Capture) -> dict[str, Any]:
    """Only what the runner would not assume by itself."""
    keys: dict[str, Any] = {}
    if capture.url != fetch.url:
        keys["url"] = capture.url
    if capture.media_type != "text/html":
        keys["media_type"] = capture.media_type
    said = capture.headers.get("content-type", "")
    if said.lower() != f"{capture.media_type}; charset=utf-8":
        keys["headers"] = {"content-type": said}
    return keys


def _table(keys: Mapping[str, Any]) -> str:
    return "".join(f"{toml_lines.toml_key(name)} = {toml_lines.value(each)}\n" for name, each in keys.items())
