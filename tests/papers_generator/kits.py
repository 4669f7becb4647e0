"""What opens and closes on a page: a label with what it holds, as the common toolkits write it."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def panel(kit: str, label: str, body: str, number: int, level: int = 3) -> str:
    """One label with its body; `number` keeps ids apart within a page."""
    h, n = f"h{level}", number
    return {
        "heading": f"<{h}>{label}</{h}>\n{body}",
        "bold line": f"<p><strong>{label}</strong></p>\n{body}",
        "details": f"<details><summary>{label}</summary>{body}</details>",
        "nhsuk expander": (
            f'<details class="nhsuk-details nhsuk-expander"><summary class="nhsuk-details__summary">'
            f'<span class="nhsuk-details__summary-text">{label}</span></summary>'
            f'<div class="nhsuk-details__text">{body}</div></details>'
        ),
        "button panel": (
            f'<{h}><button type="button" aria-expanded="false" aria-controls="panel-{n}">{label}</button></{h}>'
            f'<div id="panel-{n}" role="region" hidden>{body}</div>'
        ),
        "bootstrap collapse": (
            f'<div class="card accordion-item"><div class="card-header" id="head{n}"><h5 class="mb-0">'
            f'<a class="collapsed" data-toggle="collapse" href="#collapse{n}">{label}</a></h5></div>'
            f'<div id="collapse{n}" class="collapse" aria-labelledby="head{n}"><div class="card-body">{body}</div>'
            "</div></div>"
        ),
        "elementor accordion": (
            f'<div class="elementor-accordion-item"><div id="elementor-tab-title-{n}" class="elementor-tab-title" '
            f'role="button" aria-controls="elementor-tab-content-{n}"><a class="elementor-accordion-title" '
            f'tabindex="0">{label}</a></div><div id="elementor-tab-content-{n}" '
            f'class="elementor-tab-content" role="region" aria-labelledby="elementor-tab-title-{n}">{body}</div></div>'
        ),
        "jquery accordion": (
            f'<h3 class="ui-accordion-header"><span class="ui-icon"></span>{label}</h3>'
            f'<div class="ui-accordion-content">{body}</div>'
        ),
        "card": f'<div class="card"><div class="card-body"><{h} class="card-title">{label}</{h}>{body}</div></div>',
        "card with date above": (
            f'<div class="frank-card"><div class="frank-card__header">{label}</div>'
            f'<div class="frank-card__body">{body}</div></div>'
        ),
        "facts": f'<dl class="meeting">{label}<dt>Papers</dt><dd>{body}</dd></dl>',
        "timeline": (
            f'<li class="timeline-item"><div class="timeline-date">{label}</div>'
            f'<div class="timeline-content">{body}</div></li>'
        ),
        "own element": (
            f"<board-meeting><{h} slot='title'>{label}</{h}><div slot='papers'>{body}</div></board-meeting>"
        ),
        "own element, heading last": (
            f"<board-meeting><div slot='papers'>{body}</div><p slot='place'>Education Centre</p>"
            f"<{h} slot='title'>{label}</{h}></board-meeting>"
        ),
        "definition list": f"<dt>{label}</dt><dd>{body}</dd>",
        "nested list": f"<li>{label}\n{body}</li>",
    }[kit]


def around(kit: str, panels: Sequence[str]) -> str:
    """All panels of a kit in what holds them."""
    opens, closes = {
        "timeline": ('<ul class="timeline">', "</ul>"),
        "nested list": ("<ul>", "</ul>"),
        "definition list": ("<dl>", "</dl>"),
        "card with date above": ('<div class="row cards">', "</div>"),
        "card": ('<div class="row cards">', "</div>"),
        "elementor accordion": (
            '<div class="elementor-widget-accordion"><div class="elementor-accordion">',
            "</div></div>",
        ),
        "bootstrap collapse": ('<div class="accordion">', "</div>"),
        "jquery accordion": ('<div class="accordion">', "</div>"),
    }.get(kit, ("", ""))
    return opens + "\n".join(panels) + closes


def tabs(labels: Sequence[str], bodies: Sequence[str]) -> str:
    heads = "".join(
        f'<li role="presentation"><a href="#tab-{n}" role="tab" aria-controls="tab-{n}">{label}</a></li>'
        for n, label in enumerate(labels)
    )
    panels = "".join(
        f'<div id="tab-{n}" role="tabpanel" class="tab-pane">{body}</div>' for n, body in enumerate(bodies)
    )
    return f'<ul class="nav nav-tabs" role="tablist">{heads}</ul><div class="tab-content">{panels}</div>'


def groups(kit: str, labels: Sequence[str], bodies: Sequence[str]) -> str:
    """Groups of records under their labels."""
    if kit == "tabs":
        return tabs(labels, bodies)
    return around(
        kit,
        [
            panel(kit, label, body, 100 + n, level=2)
            for n, (label, body) in enumerate(zip(labels, bodies, strict=True))
        ],
    )
