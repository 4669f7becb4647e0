"""Web pages: what a reader can see is text, in the letters it was written in; the site around it is not."""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

import base64
import io
from collections import Counter

import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors import html, html_hidden
from extractors.charset import decode
from extractors.ocr import tesseract
from extractors.sniff import sniff
from pipeline.errors import ExtractionError
from pipeline.model import PartState
from pipeline.text.canonical import canonical

BEFORE = "<p>" + "The board met in public and heard about the plans for the year ahead. " * 4 + "</p>"
SAID = "The board approved a whole population payment for the place."
PARAGRAPH = f"<p>{SAID}</p>"


def read(tmp_path, markup):
    path = tmp_path / "page"
    path.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    assert sniff(path).format == "html"
    return " ".join("\n".join(page.text for page in html.extract(path)).split())


def page(body, head='<meta charset="utf-8">'):
    return f"<!doctype html><html><head>{head}<title>News</title></head><body>{body}</body></html>"


# The same paragraph, wherever a site may put it.
PLACES = {
    "in the page": PARAGRAPH,
    "aside": f"<aside>{PARAGRAPH}</aside>",
    "by role": f'<div role="complementary">{PARAGRAPH}</div>',
    "dialog": f"<button onclick='more.showModal()'>More</button><dialog>{PARAGRAPH}</dialog>",
    "dialog that a script opens": f"<dialog>{PARAGRAPH}</dialog><script>document.body.lastChild.show()</script>",
    "dialog that a script from outside may open": f"<dialog>{PARAGRAPH}</dialog><script src='a.js'></script>",
    "open dialog": f"<dialog open>{PARAGRAPH}</dialog>",
    "dialog by role": f'<div role="dialog" aria-hidden="true">{PARAGRAPH}</div>',
    "heading of an accordion": f"<h3><button>{SAID}</button></h3><div>One sum.</div>",
    "button beside its panel": f'<button class="accordion">{SAID}</button><div class="panel">One sum.</div>',
    "tab": f'<div role="tablist"><button role="tab">{SAID}</button></div>',
    "summary": f"<details><summary>{SAID}</summary>One sum.</details>",
    "closed details": f"<details><summary>More</summary>{PARAGRAPH}</details>",
    "closed by style": f'<a href="#a">More</a><div id="a" style="top:0; display : none">{PARAGRAPH}</div>',
    "closed by an attribute": f"<button aria-controls='a'>More</button><div id='a' hidden>{PARAGRAPH}</div>",
    "closed by a script": f"<h3>More</h3><p style='display:none'>{SAID}</p><script src='a.js'></script>",
    "opened by a state": "<style>.a{display:none} input:checked~.a{display:block}</style><input type=radio>"
    f"<div class=a>{PARAGRAPH}</div>",
    "faded in": f'<div class="box" style="opacity:0">{PARAGRAPH}</div><script src="a.js"></script>',
    "an old element's white on dark": f'<p bgcolor="#036"><font color="#fff">{SAID}</font>',
    "on a desk's screen": "<style>.x{display:none}@media screen and (min-width:768px){.x{display:block}}</style>"
    f"<p class=x>{SAID}</p>",
    "not on a telephone": f"<style>@media (max-width:37.5em){{.x{{display:none}}}}</style><p class=x>{SAID}</p>",
    "shown by the stronger rule": f"<style>#i{{display:block}}.x{{display:none}}</style><p id=i class=x>{SAID}</p>",
    "opened by ticking": "<style>.x{display:none}#t:checked~.x{display:block}</style>"
    f"<input type=checkbox id=t><p class=x>{SAID}</p>",
    "small and no dot": f'<p style="font-size:1.5px">{SAID}</p>',
    "white on dark": f'<div style="background:#036"><div style="color:#fff">{PARAGRAPH}</div></div>',
    "white, dressed from elsewhere": '<link rel="stylesheet" href="a.css">'
    f'<div class="band"><div style="color:white">{PARAGRAPH}</div></div>',
    "moved a little": f'<p style="position:relative;left:-12px">{SAID}</p>',
    "hung from its line": f'<p style="text-indent:-18pt;margin-left:18pt">{SAID}</p>',
    "moved where nothing moves": f'<p style="left:-9999px">{SAID}</p>',
    "low, and overflowing": f'<div style="height:0;overflow:visible">{PARAGRAPH}</div>',
    "one dot high": f'<div style="height:1px;width:100%;overflow:hidden"></div>{PARAGRAPH}',
    "a panel that grows": "<style>.fold{max-height:0;overflow:hidden}"
    " input:checked~.fold{max-height:99em}</style>"
    f"<input type=checkbox><div class=fold>{PARAGRAPH}</div>",
    "letters cut out of a picture": f'<h2 style="color:transparent;background-clip:text">{SAID}</h2>',
    "hidden when printed": f"<style>@media print{{p{{display:none}}}}</style>{PARAGRAPH}",
    "shown though hidden": f"<style>p{{display:block}}</style><p hidden>{SAID}</p>",
    "said by a style": f"<style>i::before{{content:'{SAID[:20]}'}}</style><i>{SAID[20:].strip()}</i>",
    "said after, by a style": f'<style>i:after{{content:"{SAID[20:]}"}}</style><i>{SAID[:20]}<b></b></i>',
    "within size nought": f'<div style="font-size:0"><div style="font-size:9pt">{PARAGRAPH}</div></div>',
    "typed": f'<input value="{SAID}">',
    "a page within": f'<iframe src="data:text/html,{SAID}"></iframe>',
    "drawn": f"<svg><text><tspan x=1>{SAID[:18]}</tspan><tspan x=1>{SAID[18:]}</tspan></text></svg>",
    "drawn, as a page": f"<svg><foreignObject><div>{SAID}</div></foreignObject></svg>",
    "drawn by its name": f'<svg><defs><text id="a">{SAID}</text></defs><use href="#a"/></svg>',
    "in a slot": '<x-a><template shadowrootmode="open"><slot name="b"></slot></template>'
    f'<p slot="b">{SAID}</p></x-a>',
    "instead of a slot": f'<x-a><template shadowrootmode="open"><slot>{SAID}</slot></template></x-a>',
    "a title passed on to a root within": '<x-b><template shadowrootmode="open"><x-a>'
    '<template shadowrootmode="open"><h2><slot name="t"></slot></h2></template>'
    f'<slot name="t" slot="t"></slot></x-a></template><b slot="t">{SAID}</b></x-b>',
    "beside a root's own styles": '<x-a><template shadowrootmode="open"><style>p{display:none}</style>'
    f"<b>A</b></template></x-a>{PARAGRAPH}",
    "in a root, whatever the page's styles": "<style>p{display:none}</style>"
    f'<x-a><template shadowrootmode="open">{PARAGRAPH}</template></x-a>',
    "beside a second root": '<x-a><template shadowrootmode="open"><slot></slot></template>'
    f'<template shadowrootmode="open">A</template>{PARAGRAPH}</x-a>',
    "closed panel": f'<div role="tabpanel" aria-hidden="true" style="visibility:hidden">{PARAGRAPH}</div>',
    "title of the page in its header": f"<header><h1>{SAID}</h1></header>",
    "title beside the logo": f'<header><a href="/">T</a><nav><a href="/">A</a></nav><h1>{SAID}</h1></header>',
    "banner": f'<div role="banner">{PARAGRAPH}</div>',
    "called menu": f'<div class="content menu">{PARAGRAPH}</div>',
    "called a list of links": f'<div id="share-links-panel">{PARAGRAPH}</div>',
    "called cookie": f'<div class="cookie">{PARAGRAPH}</div>',
    "called breadcrumb": f'<div class="breadcrumb">{PARAGRAPH}{PARAGRAPH}</div>',
    "a nav that speaks": f"<nav>{PARAGRAPH}</nav>",
    "a foot that speaks": f'<footer>{PARAGRAPH}<a href="/">Home</a></footer>',
    "a foot that speaks by role": f'<div role="contentinfo">{PARAGRAPH}</div>',
    "a foot that speaks shortly": f"<footer><p>The {SAID} <b>was</b> agreed.</p></footer>",
    "an aside that speaks among links": f'<aside><a href="/">{"Related pages " * 9}</a><p>The {SAID} was agreed.</p></aside>',
    "a nav that speaks shortly": f'<nav><a href="/">Home</a><p>The {SAID} was agreed.</p></nav>',
    "question of a form": f"<form><label>{SAID}</label><textarea></textarea></form>",
    "form around all": f"<form>{PARAGRAPH}<button>Go</button></form>",
    "article footer": f"<article><footer>{PARAGRAPH}</footer></article>",
    "closed shadow": f'<div><template shadowrootmode="CLOSED">{PARAGRAPH}</template></div>',
    "shadow in a deep page": "<div>" * 600 + f'<template shadowrootmode="open">{PARAGRAPH}</template>',
    "open shadow": f'<x-card><template shadowrootmode="open">{PARAGRAPH}</template></x-card>',
    "words from an attribute": f'<style>p::after{{content:" " attr(data-said)}}</style><p data-said="{SAID}">So:</p>',
    "outlined label": f'<svg><text fill="none" stroke="black">{SAID}</text></svg>',
    "label with a fill in a group without one": f'<svg fill="none"><text fill="red">{SAID}</text></svg>',
    "faint label": f'<svg><text opacity="0.4" fill-opacity=".5">{SAID}</text></svg>',
    "label of a drawing": f'<svg><title>chart</title><g><text x="1">{SAID}</text></g></svg>',
    "frame that brings its page": f'<iframe srcdoc="&lt;p&gt;{SAID}&lt;/p&gt;"></iframe>',
    "description of a picture": f'<p>See <img src="a.png" alt="{SAID}"> here.</p>',
    "nested": "<div>" * 600 + SAID,
    "nested very deep": "<span>" * 3000 + SAID,
}
# What no reader reads as the page's own.
ELSEWHERE = {
    "script": f"<script>'{SAID}'</script>",
    "style": f"<style>/* {SAID} */</style>",
    "template in a deep page": "<div>" * 600 + f"<template><p>{PARAGRAPH}</template>",
    "comment": f"<!-- {SAID} -->",
    "links about the site": f'<nav><ul><li><a href="/a">{SAID}</a></li></ul></nav>',
    "links by role": f'<div role="navigation"><a href="/a">{SAID}</a></div>',
    "links by name": f'<ul class="menu"><li><a href="/a">{SAID}</a></li></ul>',
    "related pages": f'<aside><h2>Related</h2><a href="/a">{SAID}</a></aside>',
    "foot of the site": f"<footer><p>Copyright {SAID} 2026, all rights reserved.</p></footer>",
    "links at the foot": f'<footer><p>Find us</p><a href="/a">{SAID}</a></footer>',
    "search": f'<form role="search"><label>{SAID}</label><input type="search"></form>',
    "cookies": f'<div id="cookie-banner">We use cookies. {SAID}</div>',
}


@pytest.mark.parametrize("body", PLACES.values(), ids=PLACES)
def test_what_a_reader_can_see_is_text(tmp_path, body):
    assert SAID in read(tmp_path, page(f"{BEFORE}{body}"))


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_the_site_s_is_not(tmp_path, body):
    assert SAID not in read(tmp_path, page(f"{BEFORE}{body}"))


UNSEEN = {
    "style": f'<div style="display:none">{PARAGRAPH}</div>',
    "style sheet": f"<style>.gone {{display: none}}</style><div class=gone>{PARAGRAPH}</div>",
    "attribute": f"<div hidden>{PARAGRAPH}</div>",
    "visibility": f'<p style="visibility:hidden">{SAID}</p>',
    "wholly faded": f'<p style="opacity:0.0">{SAID}</p>',
    "no size": f'<p style="font-size:0px">{SAID}</p>',
    "its ground's colour": f'<p style="color:#336;background:#336">{SAID}</p>',
    "white on the page": f'<p style="color:white">{SAID}</p>',
    "no slot's": f'<x-a><template shadowrootmode="open"><slot name="b"></slot></template><p>{SAID}</p></x-a>',
}
AWAY = {
    "off the left": "position:absolute;left:-9999px",
    "off the top": "position:fixed;top:-999em",
    "its line off the left": "text-indent:-9999px",
    "for programs that read aloud": "position:absolute;width:1px;height:1px;overflow:hidden",
    "clipped": "position:absolute;clip:rect(0 0 0 0)",
    "cut away": "clip-path:inset(50%)",
    "no height": "height:0;overflow:hidden",
    "no width": "width:0px;overflow:clip",
    "shrunk": "transform:scale(0)",
    "shrunk by its own property": "scale:0",
    "shrunk by a zoom": "zoom:0.01",
    "made clear by a filter": "filter:blur(2px) opacity(0%)",
    "transparent": "color:transparent",
    "as small as a dot": "font-size:1px",
    "half a point": "font-size:.5pt",
    "what is important": "display:none!important;display:block",
    "not rendered": "content-visibility:hidden",
    "not visible": "visibility:hidden",
}
UNSEEN |= {
    name: f"<style>.x{{{how}}}</style><p class='x'>{SAID}</p><script>1</script>" for name, how in AWAY.items()
}
UNSEEN |= {
    "an important rule": f"<style>em{{display:none!important}}</style><em style='display:block'>{SAID}</em>",
    "the last important rule": "<style>.x{display:block!important}.x{display:none!important}</style>"
    f"<p class=x>{SAID}</p>",
    "an old element's colour": f'<p><font color="#FFFFFF">{SAID}</font></p>',
}
UNSEEN |= {
    "not on a desk's screen": "<style>@media screen and (min-width:48em){.x{display:none}}</style>"
    f"<p class=x>{SAID}</p>",
    "on a telephone alone": "<style>.x{display:none}@media (max-width: 600px){.x{display:block}}</style>"
    f"<p class=x>{SAID}</p>",
    "by the stronger rule": f"<style>#i{{display:none}}.x{{display:block}}</style><p id=i class=x>{SAID}</p>",
    "where nothing adds a class": f"<style>.x{{display:none}}.x.on{{display:block}}</style><p class=x>{SAID}</p>",
    "beside one that is shown": f"<div style='visibility:hidden'>{PARAGRAPH}<div><p style='visibility:visible'>x</p></div></div>",
    "deep beside one that is shown": f"<div style='visibility:hidden'><div>{PARAGRAPH}<p style='visibility:visible'>x</p></div></div>",
    "black on black beside yellow": f"<div style='background:#000;color:#000'><b style='color:#ff0'>x</b>{PARAGRAPH}</div>",
}
UNSEEN |= {f"{name}, by itself": f"<p style='{how}'>{SAID}</p>" for name, how in AWAY.items()}
UNSEEN |= {
    "on screens": f"<style>@media screen{{.x{{display:none}}}}</style><p class='x'>{SAID}</p>",
    "a choice to type": f"<datalist><option>{SAID}</option></datalist>",
    "a formula's source": f"<math><semantics><mi>x</mi><annotation>{SAID}</annotation></semantics></math>",
    "faded where no script changes looks": "<style>.o{opacity:0}</style><script>document.title='A'</script>"
    f"<p class=o>{SAID}</p>",
    "a clear label": f'<svg><text opacity="0">{SAID}</text></svg>',
    "a clear group": f'<svg><g fill="red" opacity="0%"><text>{SAID}</text></g></svg>',
    "a label without a fill": f'<svg><g fill="none"><text>{SAID}</text></g></svg>',
    "a label with a clear fill": f'<svg><text fill-opacity="0.0">{SAID}</text></svg>',
    "an undrawn label": f'<svg><g display="none"><text>{SAID}</text></g></svg>',
    "where films are not known": f"<video>{SAID}</video>",
}
UNSEEN["loose words of a host"] = f'<x-a><template shadowrootmode="open"><b>A</b></template>{SAID}</x-a>'
UNSEEN["without any slot"] = f'<x-a><template shadowrootmode="open"><b>A</b></template>{PARAGRAPH}</x-a>'
UNSEEN["a root's own style"] = (
    f'<x-a><template shadowrootmode="open"><style>p{{display:none}}</style>{PARAGRAPH}</template></x-a>'
)
UNSEEN |= {
    "closed dialog that nothing opens": f"<dialog>{PARAGRAPH}</dialog>",
    "closed dialog on a page with other scripts": f"<dialog>{PARAGRAPH}</dialog><script>total(1)</script>",
    "words around what is shown again": f'<p style="visibility:hidden">{SAID}'
    '<b style="visibility:visible">And</b></p>',
    "words after what is large again": '<p style="font-size:1px"><b style="font-size:12px">And</b>'
    f"{SAID}</p>",
    "template": f"<template>{PARAGRAPH}</template>",
    "template in a template": f"<template><i></i><template>{PARAGRAPH}</template></template>",
    "template that a script names": f'<template id="card">{PARAGRAPH}</template><script>'
    'document.body.append(document.getElementById("card").content.cloneNode(true))</script>',
    "template with a script in it": f"<template>{PARAGRAPH}<script>a()</script><style>p{{}}</style>"
    "</template>",
    "template of a frame's page": "<iframe srcdoc='&lt;template&gt;" + SAID + "&lt;/template&gt;'></iframe>",
    "root of a list": f'<ul><template shadowrootmode="open">{PARAGRAPH}</template></ul>',
    "root of another kind": f'<x-a><template shadowrootmode="shut">{PARAGRAPH}</template></x-a>',
    "root by its old name": f'<x-a><template shadowroot="open">{PARAGRAPH}</template></x-a>',
    "second root": '<x-a><template shadowrootmode="open"><b>A</b></template>'
    f'<template shadowrootmode="open">{PARAGRAPH}</template></x-a>',
    "root in a template": f'<template><x-a><template shadowrootmode="open">{PARAGRAPH}</template></x-a>'
    "</template>",
}
NEVER_DRAWN = {
    "instead of a slot": f'<x-a><template shadowrootmode="open"><slot>{SAID}</slot></template><p>A</p></x-a>',
    "defined": f'<svg><text>A</text><defs><text id="a">{SAID}</text></defs></svg>',
}


@pytest.mark.parametrize("link", ["", '<a href="#">Top</a>'], ids=["", "with a link to the top"])
@pytest.mark.parametrize("body", UNSEEN.values(), ids=UNSEEN)
def test_what_nothing_on_the_page_opens_is_kept_apart(tmp_path, body, link):
    path = tmp_path / "page"
    path.write_text(page(f"<p>{link}</p>{BEFORE}{body}<p>After it.</p>"))
    (found,) = html.extract(path)
    assert SAID not in found.text
    assert found.text.endswith("After it.")
    assert [(part.state, part.text) for part in found.parts] == [(PartState.HIDDEN, SAID)]


def test_boxes_in_a_line_with_gaps_between_them_are_words(tmp_path):
    styles = "<style>.b{display:inline-block;margin:0 1em}.c{display:inline-block;margin:0}</style>"
    boxes = "<p><span class=b>Gate</span><span class=b>Keeper</span> p<span class=c>l</span>an</p>"
    assert "Gate Keeper plan" in read(tmp_path, page(f"{styles}{BEFORE}{boxes}"))


def test_what_a_style_counts_is_numbered(tmp_path):
    styles = (
        '<style>.c{counter-reset:n}.c p::before{counter-increment:n;content:"Point " counter(n) ". "}</style>'
    )
    points = "<div class=c><p>Agree.</p><p>Note.</p></div><div class=c><p>Ask.</p></div>"
    said = " ".join(read(tmp_path, page(f"{styles}{BEFORE}{points}")).split())
    assert "Point 1. Agree. Point 2. Note. Point 1. Ask." in said


@pytest.mark.parametrize("body", NEVER_DRAWN.values(), ids=NEVER_DRAWN)
def test_what_is_never_drawn_is_not_said(tmp_path, body):
    assert SAID not in read(tmp_path, page(f"{BEFORE}{body}"))


def test_each_question_to_the_whole_page_is_asked_once_however_many_elements_there_are(tmp_path, monkeypatch):
    asked = Counter()

    def count(name):
        real = getattr(html_hidden, name)
        monkeypatch.setattr(html_hidden, name, lambda tree: asked.update([name]) or real(tree))

    count("_is_dressed_from_outside")
    count("_code")
    body = f'<p style="color:#fff">{BEFORE}</p><template id="t">A</template>' * 20
    read(tmp_path, page(f"{body}<script>t()</script>"))
    assert asked == {"_is_dressed_from_outside": 1, "_code": 1}


@pytest.mark.parametrize("before", ["One", "<p>One</p>", "<font>One</font>", "<b>One</b>\n", "<br>One"])
def test_words_right_before_a_table_end_before_it(tmp_path, before):
    markup = page(f"<div>{before}<table><tr><td>two</td></tr></table></div>")
    assert read(tmp_path, markup).split() == ["One", "two"]


def test_what_styles_set_apart_is_apart(tmp_path):
    markup = "<style>.l {display: block}</style><span class=l>one</span><span style='display:flex'>two</span>"
    assert read(tmp_path, page(f"{markup}<p>pop\u00adulation</p>")).split() == ["one", "two", "population"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("payment<sup>1</sup> for", "payment 1 for"),
        ("payment<sup><a href='#1'>[1]</a></sup> for", "payment [1] for"),
        ("payment<span style='font-size:8pt;vertical-align: super'>1</span>.", "payment 1."),
        ("payment<sup>1</sup><sup>,2</sup> for", "payment 1,2 for"),
        ("payment<a href='#n'><sup>1</sup></a><sup><a href='#m'>2</a></sup> for", "payment 12 for"),
        ("payment<a href='#note-1'>1</a> for", "payment 1 for"),
        ("payment<a href='#note-1'>[1]</a> for", "payment [1] for"),
        ("see<a href='#item'> item 1</a>", "see item 1"),
        ("payment<sup>*</sup>", "payment *"),
        ("payment<sup>TM</sup>", "payment TM"),
        ("payment<sup>a</sup>, and", "payment a, and"),
        ("<sup>1</sup>Whole population", "1 Whole population"),
        ("£12.3m<sup>2</sup>", "£12.3m 2"),
        ("in 2019<sup>3</sup>", "in 2019 3"),
        ("the 1<sup>st</sup> April", "the 1st April"),
        ("21<sup>ST</sup> century", "21ST century"),
        ("H<sub>2</sub>O and CO<sub>2</sub>", "H2O and CO2"),
        ("12 m<sup>2</sup>", "12 m2"),
        ("Ca<sup>2+</sup>", "Ca2+"),
        ("M<sup>c</sup>Donald", "McDonald"),
        ("D<sup>r</sup> Penmarsh", "Dr Penmarsh"),
        ("each GP<sup>a</sup> and ICP<sup>bc</sup>", "each GP a and ICP bc"),
        ("payment<a href='#note-a'>a</a> for", "payment a for"),
        ("payment<span style='position: relative; top: -0.4em'>1</span> for", "payment 1 for"),
        ("payment<span style='top:-3px;position:relative'>1</span> for", "payment 1 for"),
        ("the ICP\u1d43 met", "the ICP\u1d43 met"),
    ],
)
def test_raised_marks_end_a_word(tmp_path, markup, text):
    assert read(tmp_path, page(f"<p>{markup}</p>")) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<p><span style='float:left;font-size:3em'>I</span>ntegrated care</p>",
        "<p><span style='display:block;float:left'>I</span>ntegrated care</p>",
        "<p><span style='display:inline-block'>I</span>ntegrated care</p>",
        "<style>.cap{float:left;display:block}</style><p><span class=cap>I</span>ntegrated care</p>",
        "<div style='float:left'>I</div><p>ntegrated care</p>",
    ],
)
def test_a_large_first_letter_is_one_of_its_word(tmp_path, markup):
    assert read(tmp_path, page(markup)) == "Integrated care"


@pytest.mark.parametrize(
    "markup",
    ["<div style='display:block'>A</div><p>board met</p>", "<p style='color:red'>A</p><p>board met</p>"],
)
def test_a_letter_on_a_line_of_its_own_stays_there(tmp_path, markup):
    assert read(tmp_path, page(markup)) == "A board met"


LETTERS = "The trust\u2019s \u201cwhole population payment\u201d \u2013 £5"
ENCODED = {
    "says iso-8859-1": page(LETTERS, '<meta charset="iso-8859-1">').encode("cp1252"),
    "says ascii": page(LETTERS, '<meta charset="us-ascii">').encode("cp1252"),
    "says nothing": page(LETTERS, "").encode("cp1252"),
    "says UTF-8": page(LETTERS).encode("cp1252"),
    "says iso-8859-1 over UTF-8": page(LETTERS, '<meta charset="iso-8859-1">').encode(),
    "says UTF-16 over UTF-8": page(LETTERS, '<meta charset="utf-16">').encode(),
    "says UTF-16 in a comment": page(LETTERS, '<!-- <meta charset="utf-16"> -->').encode("cp1252"),
    "says it in a comment and then": page(
        LETTERS, "<!-- <meta charset='iso-8859-5'> --><meta charset='windows-1252'>"
    ).encode("cp1252"),
    "says it late": page(LETTERS, f"<style>{'p{} ' * 2000}</style><meta charset='mac-roman'>").encode(
        "mac-roman"
    ),
    "with a mark": page(LETTERS, '<meta charset="iso-8859-1">').encode("utf-8-sig"),
    "UTF-16 with a mark": page(LETTERS).encode("utf-16"),
    "UTF-16 without a mark": page(LETTERS).encode("utf-16-le"),
    "UTF-16 the other way round": page(LETTERS).encode("utf-16-be"),
    "with a NUL": page(LETTERS).encode().replace(b"<body>", b"<body>\0"),
    "with a few signs that strayed in": page(BEFORE + LETTERS).encode().replace(b"ahead.", b"ahead\x02."),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_letters_are_those_that_were_written(tmp_path, content):
    assert read(tmp_path, content).endswith(canonical(LETTERS))


@pytest.mark.skipif(not tesseract.available(), reason="no Tesseract wheel here")
def test_a_picture_of_text_that_the_page_brings_is_read_at_its_place(tmp_path):
    image = Image.new("RGB", (1100, 100), "white")
    ImageDraw.Draw(image).text((30, 30), SAID, fill="black", font=ImageFont.load_default(size=28))
    content = io.BytesIO()
    image.save(content, "PNG")
    source = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
    path = tmp_path / "page"
    path.write_text(
        page(f"<p>Before.</p><img src='{source}'><img src='data:image/png;base64,?'><p>After \ufdd2.</p>")
    )
    (found,) = html.extract(path)
    seen, unread = found.parts
    assert (seen.state, found.text[seen.start : seen.end]) == (PartState.OCR, SAID)
    assert unread.state is PartState.UNREAD
    assert found.text.split() == f"Before. {SAID} After .".split()


def test_a_deep_page_says_no_more_than_its_words(tmp_path):
    deep = "<div>" * 3000
    markup = f"<!doctype html><html><!-- hidden --><body><script>code</script>{deep}{SAID}"
    assert read(tmp_path, markup) == SAID


def test_a_page_cut_anywhere_never_fails_otherwise_than_by_name(tmp_path):
    whole = page("".join(PLACES.values()))
    path = tmp_path / "page"
    for end in range(0, len(whole), 997):
        path.write_text(whole[:end])
        try:
            assert all(part.text == canonical(part.text) for part in html.extract(path))
        except ExtractionError:
            continue


def test_bytes_are_text_whatever_they_are_called():
    assert decode("Łódź".encode("iso-8859-2"), "iso-8859-2") == "Łódź"
    assert decode("Łódź".encode(), "iso-8859-2") == "Łódź"
    assert decode(b"\x93so\x94 \x81", "latin1") == "“so” \ufffd"


@pytest.mark.parametrize(
    "body",
    [
        "<svg><title>Chart</title></svg>",
        '<x-a><template shadowrootmode="open"><title>Card</title></template></x-a>',
        "<template><title>Card</title></template>",
    ],
)
@pytest.mark.parametrize(("head", "title"), [("<title>Board papers</title>", "Board papers"), ("", "")])
def test_only_the_page_itself_has_a_title(tmp_path, body, head, title):
    path = tmp_path / "page"
    path.write_text(f"<html><head>{head}</head><body>{body}<p>{SAID}</p></body></html>")
    assert html.metadata(path).get("title", "") == title


@pytest.mark.parametrize("tag", ["article", "section", "main", "p"])
def test_a_page_without_a_body_is_read(tmp_path, tag):
    assert read(tmp_path, f"<meta charset=utf-8><title>x</title><{tag}>{PARAGRAPH}</{tag}>{PARAGRAPH}") == (
        f"{SAID} {SAID}"
    )


@pytest.mark.parametrize(
    ("head", "look"),
    [
        ("<style>.note{vertical-align:super;font-size:.7em}</style>", 'class="note"'),
        ("", 'style="vertical-align: super"'),
    ],
)
def test_a_mark_raised_by_a_style_ends_its_word(tmp_path, head, look):
    assert (
        read(tmp_path, page(f"<p>The payment<span {look}>4</span> of May.</p>", head))
        == "The payment 4 of May."
    )


@pytest.mark.parametrize("layout", ["flex", "inline-flex", "grid"])
def test_what_is_side_by_side_is_apart(tmp_path, layout):
    body = f'<div style="display:{layout};gap:2em"><span>Whole population</span><span>payment</span></div>'
    assert read(tmp_path, page(body)) == "Whole population payment"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ("<option>Block<option selected>Capitated", "Capitated"),
        ("<option>Block<option>Capitated", "Block"),
        ("<optgroup label=x><option>Block<option>Capitated</optgroup>", "Block"),
    ],
)
def test_a_list_that_opens_shows_what_is_chosen(tmp_path, options, shown):
    assert read(tmp_path, page(f"{PARAGRAPH}<select>{options}</select>")) == f"{SAID} {shown}"
    for look in ("multiple", "size=3"):
        assert "Block Capitated" in read(tmp_path, page(f"{PARAGRAPH}<select {look}>{options}</select>"))
