"""How well edited copies of passages are found, and what one question costs as the archive grows.

Nothing is kept for it with a page, so reading a page costs nothing more.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from storage.archive import open_archive
from tests.bench import big_archive
from tests.bench.measuring import labelled, say
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from storage.archive import Archive

EDITS = {0.0: 0.98, 0.05: 0.98, 0.1: 0.95, 0.2: 0.70}  # share of words edited, and the goal of recall
PASSAGES = 60
SIZES = (3_000, 30_000)


def edited(passage: str, share: float, dice: random.Random, others: list[str]) -> str:
    """A passage in which so many of its words are replaced, left out or added to."""
    said: list[str] = []
    for word in passage.split():
        change = dice.choice(["replace", "leave", "add"]) if dice.random() < share else ""
        said += {
            "": [word],
            "replace": [dice.choice(others)],
            "leave": [],
            "add": [word, dice.choice(others)],
        }[change]
    return " ".join(said)


def plant(archive: Archive, seed: int, passages: int = PASSAGES) -> dict[str, dict[float, str]]:
    """Passages of one to five sentences in papers of five bodies each, among pages on the same matters.

    Returns, for each passage, the paper that holds its copy by the share that was edited.
    """
    dice = random.Random(seed)
    sentences = [text for text in labelled() if len(text.split()) >= 10]
    dice.shuffle(sentences)
    noise = [sentences.pop() for _ in range(len(sentences) // 3)]
    words = re.findall(r"[a-z]+", " ".join(noise).lower())
    planted: dict[str, dict[float, str]] = {}
    for number in range(passages):
        passage = " ".join(sentences.pop() for _ in range(1 + number % 5))
        planted[passage] = {}
        for at, share in enumerate(EDITS):
            around = [dice.choice(noise) for _ in range(14)]
            around.insert(dice.randrange(14), edited(passage, share, dice, words))
            key = f"p{number}-{at}"
            keep(archive, ["\n".join(around)], source_id=f"body-{number}-{at}", key=key, title=key)
            planted[passage][share] = key
    return planted


def measure(seed: int = 5, passages: int = PASSAGES) -> tuple[dict[float, float], float]:
    """Recall by the share edited, and precision: of what is found, how much was planted for the passage."""
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Path(folder))
        planted = plant(archive, seed, passages)
        found, right, asked = Counter[float](), 0, 0
        for passage, keys in planted.items():
            lineage = archive.search.trace(passage)
            assert lineage is not None
            titles = {use.at.title for use in lineage.first_uses}
            asked += len(titles)
            right += len(titles & set(keys.values()))
            found.update(share for share, key in keys.items() if key in titles)
    return {share: found[share] / passages for share in EDITS}, right / asked


def main() -> None:
    recall, precision = measure()
    for share, goal in EDITS.items():
        say(f"recall of copies with {share:.0%} of their words edited", recall[share], goal)
    say("precision", precision, 0.95)
    cost: dict[int, float] = {}
    for size in [int(arg) for arg in sys.argv[2:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            archive = open_archive(Path(folder))
            big_archive.fill(archive, size)
            planted = plant(archive, 6)
            times = []
            for passage in planted:
                began = time.process_time()
                archive.search.trace(passage)
                times.append(time.process_time() - began)
            cost[size] = statistics.median(times)
            often, most = (1000 * figure for figure in (cost[size], max(times)))
            print(
                f"{size:,} pages: a question takes {often:.0f} ms of a processor, {most:.0f} at most",
                flush=True,
            )
    (first, *_, last) = cost
    say(
        f"cost from {first:,} to {last:,} pages, as a share of their growth",
        cost[last] / cost[first] / (last / first),
        1,
        most=True,
    )


if __name__ == "__main__":
    main()
