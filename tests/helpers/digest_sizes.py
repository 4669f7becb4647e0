"""How long each golden digest is: `python -m tests.helpers.digest_sizes [--pictures FOLDER] [FOLDER...]`.

Prints words and bytes, and its height in pixels 600 and 360 wide. A FOLDER beside tests/digests holds the
same names with other `expected.html`, as they were before a change: both are printed. `--pictures` keeps what
Chromium draws, light and dark.
"""

from __future__ import annotations

import argparse
from html.parser import HTMLParser
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from alerts.words import counted_words
from tests.helpers.digest_cases import CASES, DIGESTS

WIDTHS = (600, 360)


class _Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self._skipped = "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._skipped = tag in {"style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._skipped = False

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.text += data


def heights(browser: Browser, html: str, pictures: Path | None, name: str) -> list[int]:
    """Pixels from top to bottom at each width; with `pictures`, light and dark ones are kept there."""
    found: list[int] = []
    for width in WIDTHS:
        for scheme in ("light", "dark") if pictures else ("light",):
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
            )
            page = context.new_page()
            page.set_content(html)
            if pictures:
                page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png", full_page=True)
            if scheme == "light":
                found.append(page.evaluate("document.documentElement.scrollHeight"))
            context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("folders", nargs="*", type=Path)
    asked = parser.parse_args()
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    print(f"{'digest':16} {'words':>6} {'bytes':>7} {'px 600':>7} {'px 360':>7}")
    with sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name in CASES:
            for folder in (*asked.folders, DIGESTS):
                path = folder / name / "expected.html"
                if not path.exists():
                    continue
                html = path.read_text(encoding="utf-8")
                pictures = asked.pictures if folder == DIGESTS else None
                tall = heights(browser, html, pictures, name)
                which = name if folder == DIGESTS else f"({folder.name})"
                print(f"{which:16} {counted_words(_Text(html).text):6} {len(html.encode()):7}", end="")
                print("".join(f" {height:7}" for height in tall))
        browser.close()


if __name__ == "__main__":
    main()
