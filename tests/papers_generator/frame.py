"""What stands round a page's matter: head, menus, cookie bars, sidebars, footers."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tests.papers_generator.matter import FOOTER_FILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.papers_generator.site import Site

MENU = (
    ("/", "Home"),
    ("/about-us/", "About us"),
    ("/our-services/", "Our services"),
    ("/news/", "News"),
    ("/about-us/our-board/", "Our board"),
    ("/about-us/annual-reports/", "Annual reports and accounts"),
    ("/about-us/policies/", "Policies and procedures"),
    ("/work-for-us/", "Work for us"),
    ("/contact/", "Contact us"),
)


def page(site: Site, *, title: str, heading: str, main: str, crumbs: Sequence[tuple[str, str]] = ()) -> str:
    """A whole page. `crumbs` are (address, words) from the home page on; the last is the page itself."""
    noise = site.choices.noise
    parts = [
        _cookie_bar(site) if "cookie bar" in noise else "",
        _header(site),
        _breadcrumb(crumbs) if "breadcrumb" in noise or site.choices.date_place == "breadcrumb" else "",
        _middle(
            site, f"<h1>{heading}</h1>\n{main}{_below(site)}", _sidebar(site) if "sidebar" in noise else ""
        ),
        _footer(site),
    ]
    body = "\n".join(part for part in parts if part)
    name = escape(site.matter.name)
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title} | {name}</title>'
        f"</head>\n<body>\n{body}\n</body></html>\n"
    )


def _header(site: Site) -> str:
    links = [f'<a href="{href}">{words}</a>' for href, words in MENU]
    if "mega menu" in site.choices.noise:
        links += [f'<a href="/our-services/{n}/">Service {n}</a>' for n in range(1, 9)]
        links += ['<a href="/about-us/council-of-governors/">Council of Governors</a>']
    toggle = (
        '<a href="#" class="menu-toggle">About us</a><a href="#">Menu</a>'
        if "menu toggle" in site.choices.noise
        else ""
    )
    logo = f'<a href="/"><img src="/logo.svg" alt="{escape(site.matter.name)}"></a>'
    listed = "".join(f"<li>{each}</li>" for each in links)
    divs = "".join(f'<div class="item">{each}</div>' for each in links)
    usual = f"<header>{logo}<nav>{toggle}<ul>{listed}</ul></nav></header>"
    return {
        "menu in divs": f'<div class="top">{logo}{toggle}<div class="menu">{divs}</div></div>',
        "layout table": f'<table width="100%"><tr><td>{logo}</td></tr><tr><td class="menu">{toggle}{"<br>".join(links)}</td></tr></table>',
        "wordpress": f'<header class="site-header">{logo}<nav class="main-navigation">{toggle}<ul class="menu">{listed}</ul></nav></header>',
        "nhsuk": f'<header class="nhsuk-header" role="banner">{logo}{toggle}<ul class="nhsuk-header__navigation-list">{listed}</ul></header>',
        "drupal": f'<div class="region region-header"><nav role="navigation">{toggle}<ul class="menu">{listed}</ul></nav></div>',
    }.get(site.choices.frame, usual)


def _middle(site: Site, main: str, side: str) -> str:
    return {
        "menu in divs": f'<div class="content"><div class="left">{main}</div>{side}</div>',
        "layout table": f'<table width="100%"><tr><td valign="top">{main}</td><td valign="top">{side}</td></tr></table>',
        "wordpress": f'<div class="site-content"><main id="main"><article class="page hentry"><div class="entry-content">{main}</div></article></main>{side}</div>',
        "nhsuk": f'<div class="nhsuk-width-container"><main class="nhsuk-main-wrapper" role="main">{main}</main>{side}</div>',
        "concrete": f'<div class="ccm-page"><main><div class="container">{main}</div></main>{side}</div>',
        "drupal": f'<main role="main"><div class="region region-content">{main}</div></main>{side}',
    }.get(site.choices.frame, f"<main>{main}</main>{side}")


def _cookie_bar(site: Site) -> str:
    return (
        '<div id="cookie-bar" class="cookie-notice"><h2>Cookies on this site</h2><p>We use cookies. Last updated '
        '1 May 2025. <a href="/cookies/">Read more</a> <a href="#" role="button">Accept all</a></p></div>'
    )


def _breadcrumb(crumbs: Sequence[tuple[str, str]]) -> str:
    *above, last = [("/", "Home"), ("/about-us/", "About us"), *crumbs]
    links = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in above)
    return f'<nav aria-label="Breadcrumb" class="breadcrumb"><ol>{links}<li aria-current="page">{last[1]}</li></ol></nav>'


def _sidebar(site: Site) -> str:
    return (
        '<aside class="sidebar"><h2>In this section</h2><ul><li><a href="/about-us/our-board/">Board members</a></li>'
        '<li><a href="/about-us/strategy/">Our strategy</a></li></ul><h3>Next events</h3>'
        "<p>3 December 2026: Carers' evening</p><p>9 December 2026: Open day</p></aside>"
    )


def _below(site: Site) -> str:
    """What follows the matter inside the same main part."""
    noise, parts = site.choices.noise, []
    if "share buttons" in noise:
        parts.append(
            '<div class="share"><a href="https://twitter.com/share">Tweet</a> <a href="mailto:?subject=Page">Email</a>'
            ' <a href="javascript:window.print()">Print</a></div>'
        )
    if "related links" in noise:
        parts.append(
            "<h2>Related documents</h2><ul>"
            + "".join(
                f'<li><a href="{site.standing(each)}">{each}</a></li>'
                for each in ("Equality strategy 2025-2030", "Easy read guide")
            )
            + '<li><a href="/about-us/our-board/">Meet the board</a></li></ul>'
        )
    if "news cards" in noise:
        parts.append(
            '<h2>Latest news</h2><div class="cards"><div class="news-card"><h3><a href="/news/new-ward/">New ward opens'
            '</a></h3><p>12 October 2026</p></div><div class="news-card"><h3><a href="/news/award/">Award for nurses'
            "</a></h3><p>3 September 2026</p></div></div>"
        )
    if "back to top" in noise:
        parts.append('<p><a href="#top">Back to top</a> <a href="javascript:history.back()">Back</a></p>')
    if "reviewed line" in noise:
        parts.append(
            '<p class="reviewed">Page last reviewed: 12 March 2026. Next review due: 12 March 2029.</p>'
        )
    return "\n".join(parts)


def _footer(site: Site) -> str:
    noise = site.choices.noise
    links = (
        '<li><a href="/privacy/">Privacy notice</a></li><li><a href="/accessibility/">Accessibility</a></li>'
    )
    if "footer files" in noise:
        links += "".join(f'<li><a href="{site.standing(each)}">{each}</a></li>' for each in FOOTER_FILES)
    if "social links" in noise:
        links += "".join(
            f'<li><a href="https://www.{host}.com/{site.matter.slug}"><span class="sr-only">{name}</span></a></li>'
            for host, name in (("facebook", "Facebook"), ("youtube", "YouTube"), ("linkedin", "LinkedIn"))
        )
    inside = f"<ul>{links}</ul><p>© 2026 {escape(site.matter.name)}</p>"
    if site.choices.frame in {"menu in divs", "layout table"}:
        return f'<div class="bottom">{inside}</div>'
    return f"<footer>{inside}</footer>"
