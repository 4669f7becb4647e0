"""Templates: everything in them is escaped, and nothing undefined passes in silence."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from starlette.responses import HTMLResponse

from pipeline import english
from pipeline.matching import query
from pipeline.text.canonical import shown
from web import links, words
from web.parts import choices, marks

if TYPE_CHECKING:
    from web.config import WebConfig

HERE = Path(__file__).parent
STYLE = HERE / "static" / "paperwatch.css"
_OWN = re.compile(r' (?:href|src|action)="(?=/)')  # before an address of the archive's own
FILTERS: dict[str, Any] = {
    "as_phrase": query.quoted,
    "at_page": links.at_page,
    "counted": english.counted,
    "more_mentions": english.more_mentions,
    "day": english.day,
    "instant": english.instant,
    "month": english.month,
    "one_line": shown,
    "options": choices.options,
    "pieces": marks.pieces,
    "safe_url": links.safe,
    "short_day": english.short_day,
    "size": words.size,
    "thousands": "{:,}".format,  # in a list of hundreds quicker than a call in the template
}


class Renderer:
    """Pages of one site."""

    def __init__(self, config: WebConfig) -> None:
        self._prefix = links.prefix(config.base_url)
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Jinja's own types know only what Jinja itself puts there.
        filters: dict[str, Any] = self._environment.filters
        names: dict[str, Any] = self._environment.globals
        filters |= FILTERS
        names |= {
            "links": links,
            "wording": english,
            "words": words,
            "site": config,
            # A new style sheet has a new address, so that browsers may keep the old one for ever.
            "style": f"/static/{STYLE.name}?v={sha256(STYLE.read_bytes()).hexdigest()[:12]}",
        }

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        made = self._environment.get_template(template).render(context)
        # Only a template can write this: in all that comes from elsewhere, quotation marks are escaped.
        placed = _OWN.sub(rf"\g<0>{self._prefix}", made) if self._prefix else made
        return HTMLResponse(placed, status)
