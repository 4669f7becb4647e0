"""`/metrics` for a monitor: the account and the machine in Prometheus' text form.

Off until `[web] metrics_token` is set; then for whoever sends it as a bearer token.
"""

from __future__ import annotations

import hmac
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from starlette.requests import Request

    from pipeline.health.machine import Machine
    from pipeline.model import Account
    from web.site import Site

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, str, float | None, dict[str, str]]  # name, help, value (None: not known), labels


class Metrics:
    def __init__(self, site: Site) -> None:
        self._site = site

    def metrics(self, request: Request) -> Response:
        token = self._site.config.metrics_token
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise HTTPException(HTTPStatus.NOT_FOUND, "Metrics are off: see [web] metrics_token.")
        if not hmac.compare_digest(sent.encode(), token.encode()):
            raise HTTPException(HTTPStatus.FORBIDDEN, "Metrics need a token.")
        machine = self._site.machine() if self._site.machine else None
        samples = [*_of_account(self._site.shelf.account()), *(_of_machine(machine) if machine else ())]
        samples += [
            ("concern", "Something that a person should see to: 1.", 1.0, {"subject": concern.subject})
            for concern in self._site.concerns()
        ]
        return Response(exposition(samples), media_type=MEDIA_TYPE)


def _of_account(account: Account) -> Iterator[Sample]:
    yield "bodies_followed", "Bodies whose sources a run reads.", account.followed, {}
    yield "bodies_read", "Of them, those read when last tried.", account.read, {}
    yield "sources", "Sources that a run reads.", account.sources, {}
    states = Counter(source.state.value for source in account.missed)
    for state, count in states.items():
        yield "sources_missed", "Sources not read when last tried.", count, {"state": state}
    yield "papers", "Papers held.", account.papers, {}
    yield "pages", "Pages held.", account.pages, {}
    yield "papers_unreadable", "Papers that could not be read.", account.unreadable, {}
    yield "papers_waiting", "Papers waiting to be read.", account.waiting, {}


def _of_machine(machine: Machine) -> Iterator[Sample]:
    yield "last_good_run_seconds", "When a run last read a source.", _seconds(machine.last_good), {}
    yield "run_rhythm_seconds", "Within which a run is due.", machine.rhythm.total_seconds(), {}
    yield "disk_free_bytes", "Free on the disk of the data folder.", machine.free, {}
    yield "disk_needed_bytes", "What a run may take.", machine.needed, {}
    yield "messages_waiting", "Messages to be tried again.", machine.queue.waiting, {}
    yield "messages_held", "Messages whose content was refused.", machine.queue.held, {}
    yield "run_memory_bytes", "Most memory that the last run held.", machine.memory, {}
    yield "verified_seconds", "When database and papers were last checked.", _seconds(machine.verified), {}
    yield "backed_up_seconds", "When the database was last backed up.", _seconds(machine.backed_up), {}


def exposition(samples: list[Sample]) -> str:
    """The text of these gauges; what is not known is left out."""
    lines: list[str] = []
    named: set[str] = set()
    for name, what, value, labels in samples:
        if value is None:
            continue
        full = f"paperwatch_{name}"
        if full not in named:
            named.add(full)
            lines += [f"# HELP {full} {what}", f"# TYPE {full} gauge"]
        inner = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        lines.append(f"{full}{f'{{{inner}}}' if inner else ''} {value:.17g}")
    return "\n".join(lines) + "\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
