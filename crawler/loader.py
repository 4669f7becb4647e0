"""Every source line is a spider to Scrapy's own commands."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import config, settings
from crawler.fetching import politeness
from crawler.fetching.spider import PapersSpider
from crawler.lines import bodies, registry
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

    from pipeline.model import Source

    Names = list[str]  # in the class below `list` is a method


class SourceLoader:
    """Scrapy's SpiderLoaderProtocol over the registry."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._sources = bodies.with_ends(registry.load(data), bodies.load(data))

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(Path(settings["PAPERWATCH_DATA"]))

    def load(self, spider_name: str) -> type[Spider]:
        if spider_name not in self._sources:
            raise KeyError(f"no source {spider_name!r}")
        return _spider(self._sources[spider_name], _config(self._data))

    def list(self) -> Names:
        return sorted(self._sources)

    def find_by_request(self, request: Request) -> Names:
        slot = politeness.slot_of(request.url)
        return [source.id for source in self._sources.values() if politeness.slot_of(source.url) == slot]


def _spider(source: Source, crawl: config.CrawlConfig) -> type[PapersSpider]:
    custom = {**settings.of(crawl), "DOWNLOAD_SLOTS": politeness.slots([source])}
    return type(
        "PapersSpider", (PapersSpider,), {"name": source.id, "sources": (source,), "custom_settings": custom}
    )


def _config(data: Path) -> config.CrawlConfig:
    path = data / "paperwatch.toml"
    try:
        return config.read(tomllib.loads(path.read_text(encoding="utf-8")).get("crawl", {}))
    except FileNotFoundError:
        return config.CrawlConfig()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
