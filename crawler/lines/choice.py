"""Which of the source lines a run reads: the `[sources]` settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.lines import entries
from pipeline.errors import ConfigError
from pipeline.model import BodyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.config import SourcesConfig
    from pipeline.model import Source


def switched_off(
    config: SourcesConfig, sources: Mapping[str, Source], areas: Mapping[str, Collection[str]]
) -> frozenset[str]:
    """Returns the ids of the lines that no run reads.

    Raises ConfigError for an unknown id or kind, and where no line would be left.
    """
    _check("areas", config.areas, areas)
    _check("kinds", config.kinds, set(map(str, BodyKind)))
    _check("only", config.only, sources)
    _check("off", config.off, sources)
    bodies = {body for area in config.areas for body in (area, *areas[area])}
    chosen = {
        source.id
        for source in sources.values()
        if source.body_id in bodies or source.kind in config.kinds or source.id in config.only
    }
    if not (config.areas or config.kinds or config.only):
        chosen = {*sources}
    off = frozenset({*sources} - chosen | {*config.off})
    if sources and off == {*sources}:
        raise ConfigError(
            "[sources] leaves nothing to read: name some in areas, kinds or only, or fewer in off"
        )
    return off


def _check(key: str, given: Collection[str], known: Collection[str]) -> None:
    for each in given:
        if each not in known:
            raise ConfigError(f"[sources] {key}: {each!r} is not known{entries.near(each, known)}")
