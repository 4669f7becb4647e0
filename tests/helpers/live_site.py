"""The whole site on loopback, over a data folder: real pages, pictures, readers and mail."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from cli.app.context import App
from cli.app.page_pictures import PagePictures
from extractors.isolation.sandbox import Sandbox
from pipeline.matching.families import Families
from storage.public_archive import PublicArchive
from web.app import create_app
from web.config import WebConfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


@contextmanager
def live_site(
    data: Path, today: date, *, public: str = "", searches: int = WebConfig().searches_a_minute
) -> Iterator[str]:
    """Its address. Mail goes to files in `<data>/outbox`; `public` is the address of a proxy before it.

    `searches`: how many a minute each reader may make.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        base = public or address
        (data / "paperwatch.toml").write_text(
            f'[alerts]\nsender = "digests@paperwatch.example"\n[web]\nbase_url = "{base}"\n'
        )
        app = App(data)
        labels = {concept.id: concept.label for concept in app.concepts.values()}
        with Sandbox(app.config.extract, data / "reading") as sandbox:
            app = create_app(
                PublicArchive(app.archive, labels),
                WebConfig(base_url=base, searches_a_minute=searches),
                lambda: today,
                pictures=PagePictures(sandbox),
                readers=app.readers,
                cache=data / "pictures",
                families=Families(app.concepts.values()),
            )
            server = uvicorn.Server(
                uvicorn.Config(app, log_level="warning", access_log=False, proxy_headers=False)
            )
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()  # whoever asks before it is up waits in the listener's queue
            try:
                yield address
            finally:
                server.should_exit = True
                thread.join(10)
