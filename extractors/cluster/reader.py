"""The reader of `pipeline.ports` over a cluster: files are read by its workers, or here where they cannot.

One reading a job comes out of it, whatever becomes of workers and scheduler: what is lost on its way is sent
again, and then read here. Whoever stores the readings does so once.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Self

from extractors.cluster import tags
from extractors.cluster.silence import keep_quiet
from extractors.isolation.sandbox import FirstPass, Sandbox
from pipeline.errors import ConfigError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from distributed import Client

    from extractors.config import ExtractConfig
    from pipeline.ports import Job, Reading

PATIENCE = 30  # seconds that a scheduler, or every worker, may be away


class ClusterReader:
    """A context manager, for one thread. `tell` is given sentences for the operator, each once."""

    def __init__(self, config: ExtractConfig, directory: Path, tell: Callable[[str], None]) -> None:
        self._config = config
        self._here = Sandbox(config, directory)
        self._tell = tell
        self._told = set[str]()
        self._kept = ExitStack()
        self._client: Client | None = None

    def __enter__(self) -> Self:
        """Raises ConfigError where the library is not installed."""
        try:
            import dask  # noqa: PLC0415 - an extra
            from distributed import Client  # noqa: PLC0415
        except ImportError as error:
            raise ConfigError(
                "[extract] cluster: this needs the extra: pip install 'paperwatch[cluster]'"
            ) from error
        self._kept.enter_context(self._here)
        self._members = self._here.root / "from workers"
        self._members.mkdir()
        keep_quiet()
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})  # files are large
        try:
            self._client = Client(
                self._config.cluster, timeout=PATIENCE, name="paperwatch", set_as_default=False
            )
        except Exception as error:  # noqa: BLE001 - whatever the way there raises, papers are read without it
            self._say(f"the cluster cannot be reached ({type(error).__name__}): papers are read here")
        else:
            self._kept.callback(self._client.close, timeout=PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def versions(self) -> Mapping[str, str]:
        """As the sandbox's; with "ocr" where only a worker has it."""
        versions = dict(self._here.versions())
        if self.reads_pictures:
            versions["ocr"] = tags.OCR_VERSION
        return versions

    @property
    def reads_pictures(self) -> bool:
        return self._here.reads_pictures or (self._config.ocr and self._workers(pictures=True) > 0)

    def at_first(self) -> FirstPass:
        """The same, without OCR: the quick half of the work. What wants OCR waits for it."""
        return FirstPass(self)

    def read(self, jobs: Iterable[Job], *, pictures: bool = True) -> Iterator[Reading]:
        """Yields one reading a job, as they finish. Its members are there until the next is asked for.

        Raises StorageError where a file cannot be had, or the disk is full.
        """
        pictures = pictures and self._config.ocr
        waiting = iter(jobs)
        if self._client is not None and self._is_any_there(pictures=pictures):
            from extractors.cluster.sending import Home, Sending  # noqa: PLC0415 - it imports an extra

            sending = Sending(
                self._client,
                self._config,
                self._members,
                Home(
                    read=lambda job: self._here.read([job], pictures=pictures),
                    helps=partial(self._helps, pictures=pictures),
                    workers=lambda: self._workers(pictures=pictures),
                    say=self._say,
                ),
                pictures=pictures,
                patience=PATIENCE,
            )
            yield from sending.read(waiting)
            waiting = sending.left(waiting)
        yield from self._here.read(waiting, pictures=pictures)

    def _helps(self, reason: FailureReason | None, *, pictures: bool) -> bool:
        """Whether a worker lacked a tool that is here."""
        tools = {FailureReason.NEEDS_LIBREOFFICE: "libreoffice"}
        if pictures:
            tools[FailureReason.NEEDS_OCR] = "ocr"
        return reason in tools and tools[reason] in self._here.versions()

    def _is_any_there(self, *, pictures: bool) -> bool:
        if self._workers(pictures=pictures):
            return True
        if pictures and self._workers(pictures=False):
            self._say("no worker of the cluster has the OCR that we have: pictures of words are read here")
        else:
            self._say("the cluster has no worker for us: papers are read here")
        return False

    def _workers(self, *, pictures: bool) -> int:
        """How many workers there are for it; of those that are not, it is said why."""
        if self._client is None or self._client.status != "running":
            return 0
        info = self._client.scheduler_info()
        for sentence in tags.unfit(info):
            self._say(sentence)
        return tags.with_tag(info, tags.reads_pictures() if pictures else tags.reads())

    def _say(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(f"{self._config.cluster}: {sentence}")
