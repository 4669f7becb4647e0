"""All benches, one after the other: `make bench`. A figure a line, with its goal where it has one."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

LONG = {"bench_recrawl"}  # alone take longer than all others; asked for by name


def main(asked: list[str]) -> None:
    every = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    for name in asked or [name for name in every if name not in LONG]:
        print(f"# {name}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
