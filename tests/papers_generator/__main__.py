"""Score the reader of papers pages on generated sites.

python -m tests.papers_generator [--sites 2000] [--seed 1] [--failures 25] [--by record] [--where hub=card]
python -m tests.papers_generator --show SEED [--write FOLDER]
python -m tests.papers_generator --smallest missed [--where record=timeline] [--write FOLDER]
python -m tests.papers_generator --changes [--sites 100]
python -m tests.papers_generator --unsaid ../shared/papers_pages

Of a row: papers due; how many of them were found with the right date, and found; how many of the papers
taken are papers; of those found, how many have the right kind, committee, and a title that says what it is;
of papers on hosts that the line does not name, how many hosts were; of those missed, how many were said.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.platforms import PLATFORMS
from tests.papers_generator.build import site_of_seed
from tests.papers_generator.changed import generated, golden, measured, shared
from tests.papers_generator.crawling import crawl
from tests.papers_generator.drawing import smallest
from tests.papers_generator.handmade import tell
from tests.papers_generator.scoring import FIGURES, Verdicts, figures, score

if TYPE_CHECKING:
    from tests.papers_generator.site import Site


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sites", type=int, default=2000)
    parser.add_argument(
        "--seed", type=int, default=1, help="its sites are those of the seeds from SEED million on"
    )
    parser.add_argument("--failures", type=int, default=25, help="how many sites with faults are named")
    parser.add_argument("--by", default="", help="only this choice's rows of the table")
    parser.add_argument("--where", default="", help="only sites with this choice, as name=value")
    parser.add_argument("--show", type=int, help="one site: its pages, its truth and what was found")
    parser.add_argument("--smallest", help='the plainest site with a fault that begins so; "" for any fault')
    parser.add_argument(
        "--changes", action="store_true", help="pages changed as no reader would mind: what stays"
    )
    parser.add_argument(
        "--unsaid",
        type=Path,
        nargs="+",
        help="folders of sites made by hand: what is missed and said nowhere",
    )
    parser.add_argument("--write", type=Path, help="write the pages of the one site into this folder instead")
    asked = parser.parse_args()
    if asked.unsaid:
        raise SystemExit(1 if tell(asked.unsaid) else 0)
    if asked.changes:
        changes(range(asked.seed * 1_000_000, asked.seed * 1_000_000 + asked.sites), asked.failures)
        return
    if asked.smallest is not None:
        show(
            smallest(lambda site: is_met(site, asked.where) and is_faulty(site, asked.smallest)), asked.write
        )
    elif asked.show is not None:
        show(site_of_seed(asked.show), asked.write)
    else:
        measure(asked)


def measure(asked: argparse.Namespace) -> None:
    total: Counter[str] = Counter()
    rows: dict[tuple[str, str], Counter[str]] = {}
    failures: list[tuple[int, str]] = []
    whole = broken = sites = 0
    started = time.perf_counter()
    first = asked.seed * 1_000_000
    for seed in range(first, first + asked.sites):
        site = site_of_seed(seed)
        chosen = set(site.choices.all())
        if not is_met(site, asked.where):
            continue
        verdicts = judged(site)
        sites += 1
        total.update(verdicts.counts)
        for choice in chosen:
            rows.setdefault(choice, Counter()).update(verdicts.counts)
        whole += not verdicts.faults
        broken += verdicts.counts["due"] > 0 == verdicts.counts["found"]
        if verdicts.faults:
            failures.append((seed, verdicts.faults[0]))
    seconds, requests = time.perf_counter() - started, total["requests"] / (sites or 1)
    print(f"{sites} sites of seed {asked.seed}: {whole} without a fault, {broken} without a paper,", end=" ")
    print(f"{total['due']} papers, {requests:.1f} requests a site, {seconds:.0f} s")
    print(f"{'':38}{'papers':>7}" + "".join(f"{head:>10}" for head in HEADS))
    print(line("all", total))
    print()
    for (name, value), counts in sorted(rows.items(), key=lambda row: (row[0][0], share(row[1]))):
        if asked.by in {"", name}:
            print(line(f"{name}: {value}", counts))
    print()
    for seed, fault in failures[: asked.failures]:
        print(f"--show {seed}  {fault}")


def changes(seeds: range, failures: int) -> None:
    for kind, subjects in (("golden", golden()), ("shared", shared()), ("generated", generated(seeds))):
        made = measured(subjects)
        print(f"{kind}: unchanged in {made.same.total()} of {made.tried.total()} pages and changes")
        for name in sorted(made.tried, key=lambda name: made.same[name] / made.tried[name]):
            papers = f"{made.papers_same[name]} of {made.papers[name]} papers"
            print(f"  {name:22} {made.same[name]:4} of {made.tried[name]:4}, {papers}")
        print(*(f"    {fault}" for fault in made.faults[:failures]), sep="\n")


def is_met(site: Site, where: str) -> bool:
    return not where or tuple(where.split("=", 1)) in set(site.choices.all())


def is_faulty(site: Site, fault: str) -> bool:
    return any(each.startswith(fault) for each in judged(site).faults)


def share(counts: Counter[str]) -> float:
    return counts["date"] / (counts["due"] or 1)


HEADS = ("dated", "found", "precision", "kind", "committee", "title", "elsewhere", "said")


def line(name: str, counts: Counter[str]) -> str:
    said = figures(counts)
    shares = (f"{said[key]:10.3f}" if key in said else f"{'-':>10}" for key, _, _ in FIGURES)
    return f"{name:38}{counts['due']:7}" + "".join(shares)


def judged(site: Site) -> Verdicts:
    return score(site, crawl(site, PLATFORMS["papers_page"]))


def show(site: Site, folder: Path | None) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for name, value in site.choices.all():
        print(f"{name:12} {value}")
    for number, (address, answer) in enumerate(site.pages.items()):
        if answer.media_type != "text/html":
            continue
        url = f"{address[0]}://{address[1]}{address[2]}" + (f"?{address[3]}" if address[3] else "")
        if folder is not None:
            (folder / f"{number:03}.html").write_bytes(answer.body)
            print(f"{number:03}.html  {url}")
        else:
            print(f"\n=== {url}\n{answer.body.decode()}")
    made = crawl(site, PLATFORMS["papers_page"])
    print("\ntruth:")
    for truth in site.truth.values():
        print(
            f"  {truth.day} {truth.kind:8} {truth.committee or '(board)'} {'/'.join(truth.words)} {truth.url}"
        )
    print("\nfound:")
    for document in made.documents.values():
        print(f"  {document.meeting_key} {document.kind.value:8} {document.title!r} {document.url}")
    print("\nproblems:", *made.problems, sep="\n  ")
    print("\nfaults:", *score(site, made).faults, sep="\n  ")


if __name__ == "__main__":
    main()
