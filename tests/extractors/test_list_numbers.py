"""The numbers that a program puts before the items of a list are read: no text of the file has them."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

import pytest
from pptx.util import Cm

from extractors import html
from extractors.office import docx_files, opendocument, pptx_files
from extractors.signs import list_numbers
from tests.helpers import office_files as office


def level(number, kind, text, *, start=1, more=""):
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


NUMBERING = office.xml(
    "w:numbering",
    '<w:abstractNum w:abstractNumId="1">'
    + level(0, "decimal", "Item %1.", start=4)
    + level(1, "lowerLetter", "(%2)")
    + level(2, "upperRoman", "%1.%2.%3", more="<w:isLgl/>")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2">'
    + level(0, "bullet", "\uf0b7")
    + level(1, "ordinal", "%2")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>',
)


def listed(said, number, at=0):
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr></w:pPr><w:r><w:t>{said}</w:t></w:r></w:p>'


def numbered_word(path, body, numbering=NUMBERING):
    edit = office.Edit({"word/numbering.xml": numbering}, {})
    return office.words(docx_files.extract(office.word(path, body, edit)))


def test_numbers_of_lists_in_word(tmp_path):
    body = "".join(
        [
            listed("Welcome", 1),
            listed("Chair", 1, 1),
            listed("Vice chair", 1, 1),
            listed("Hub", 1, 2),
            listed("Minutes", 1),
            listed("Quorum", 1, 1),
            listed("Dot", 3),
            listed("Place", 3, 1),
            listed("Other", 2),
            listed("", 2),
            listed("Last", 2),
            listed("No list", 0),
        ]
    )
    assert numbered_word(tmp_path / "a.docx", body) == (
        "Before. Item 4. Welcome (a) Chair (b) Vice chair 4.2.1 Hub Item 5. Minutes (a) Quorum Dot 1st Place "
        "Item 9. Other Item 11. Last No list After."
    )


def test_damaged_numbers_of_lists_are_named_and_cost_no_word(tmp_path):
    edit = office.Edit({"word/numbering.xml": b"<w:numbering"}, {})
    pages = list(docx_files.extract(office.word(tmp_path / "a.docx", listed("Welcome", 1), edit)))
    assert "Welcome" in pages[0].text
    assert any("numbers of lists" in part.why for page in pages for part in page.parts)


ODF_LIST = (
    '<office:automatic-styles><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="a" style:num-suffix=")" text:start-value="3"/>'
    '<text:list-level-style-number text:level="2" style:num-format="I" style:num-prefix="(" style:num-suffix=")"/>'
    '<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="3"/></text:list-style>'
    '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style></office:automatic-styles>'
)


def item(said, within="", about=""):
    return f"<text:list-item{about}><text:p>{said}</text:p>{within}</text:list-item>"


LATE = ' text:start-value="9"'
DEEPER = f"<text:list>{item('Chair', '<text:list>' + item('Hub') + '</text:list>')}</text:list>"


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (
            "".join(
                (
                    f'<text:list text:style-name="L">{item("Welcome", DEEPER)}{item("Minutes")}</text:list><text:p>Between</text:p>',
                    f'<text:list text:style-name="L" text:continue-numbering="true">{item("Risks")}</text:list>',
                    f'<text:list text:style-name="L">{item("Anew")}{item("Late", about=LATE)}</text:list>',
                )
            ),
            "c) Welcome (I) Chair c.I.1 Hub d) Minutes Between e) Risks c) Anew i) Late",
        ),
        (f'<text:list text:style-name="B">{item("Dot")}</text:list>', "Dot"),
        (
            '<text:list text:style-name="L"><text:list-item><text:p>One</text:p><text:p>more of it</text:p></text:list-item></text:list>',
            "c) One more of it",
        ),
        ("<text:h text:outline-level='1'><text:number>2.</text:number>Finance</text:h>", "2. Finance"),
    ],
)
def test_numbers_of_lists_in_open_documents(tmp_path, body, seen):
    content = f"<office:document-content {office.FLAT_NAMES}>{ODF_LIST}<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    path = office.open_document(tmp_path / "a.odt", "text", "", {"content.xml": content.encode()})
    assert office.words(opendocument.extract(path)) == seen


def test_numbers_of_headings_in_open_documents(tmp_path):
    styles = (
        f'<office:document-styles {office.FLAT_NAMES}><office:styles><text:outline-style style:name="Outline">'
        '<text:outline-level-style text:level="1" style:num-format="1"/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
        "</text:outline-style></office:styles></office:document-styles>"
    )
    body = "".join(
        f'<text:h text:outline-level="{number}">{said}</text:h>'
        for number, said in ((1, "Plan"), (2, "Money"), (2, "Staff"), (1, "Close"))
    )
    path = office.open_document(tmp_path / "a.odt", "text", body, {"styles.xml": styles.encode()})
    assert office.words(opendocument.extract(path)) == "1 Plan 1.1 Money 1.2 Staff 2 Close"


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("<ol start=4><li>Four<li>Five<li value=9>Nine<li>Ten</ol>", "4. Four 5. Five 9. Nine 10. Ten"),
        ("<ol type=a><li>One<ol type=I><li>Deep</ol><li>Two</ol>", "a. One I. Deep b. Two"),
        ("<ol class=r start=4><li><p>One</p><p>more</p><li>Two</ol>", "iv. One more v. Two"),
        ("<ol class=n><li>One<li>Two</ol>", "One Two"),
        ("<ol reversed><li>One<li>Two</ol>", "2. One 1. Two"),
        ("<ol style='list-style-type: upper-alpha'><li>One</ol>", "A. One"),
        ("<ol><li>One</ol><ol><li>Anew</ol>", "1. One 1. Anew"),
        ("<ol style='list-style-type: lower-greek'><li>One</ol>", "\u03b1. One"),
        ("<ol style='list-style: \"- \"'><li>One</ol>", "One"),
        ("<ul style='list-style: decimal'><li>One<li>Two</ul>", "1. One 2. Two"),
        ("<ol><li style='display:inline-block'>Home<li>Papers</ol>", "Home 2. Papers"),
    ],
)
def test_numbers_of_lists_in_a_web_page(tmp_path, body, seen):
    path = tmp_path / "a.html"
    path.write_text(
        f"<style>.r {{ list-style: lower-roman inside }} .n {{ list-style: none }}</style>{body}",
        encoding="utf-8",
    )
    assert office.words(html.extract(path)) == seen


@pytest.mark.parametrize(
    ("style", "body", "seen"),
    [
        (  # as legal texts are numbered
            "ol{counter-reset:i;list-style:none}li{counter-increment:i}li:before{content:counters(i,'.') ' '}",
            "<ol><li>One<ol><li>Deep<li>Deeper</ol><li>Two</ol><ol><li>Anew</ol>",
            "1 One 1.1 Deep 1.2 Deeper 2 Two 1 Anew",
        ),
        (
            "body{counter-reset:a}h2{counter-reset:b 4;counter-increment:a}h2:before{content:counter(a,upper-roman) '. '}h3:before{counter-increment:b;content:counter(a) '.' counter(b) ' '}",
            "<h2>Plan</h2><h3>Money</h3><h3>Staff</h3><h2>Close</h2><h3>End</h3>",
            "I. Plan 1.5 Money 1.6 Staff II. Close 2.5 End",
        ),
        (  # as Google Docs does it
            ".l>li:before{content:'' counter(k-0,lower-latin) ') '}ol.l.start{counter-reset:k-0 0}.l>li{counter-increment:k-0}.l{list-style-type:none}",
            "<ol class='l start'><li>One<li>Two</ol><p>Between</p><ol class=l><li>Three</ol>",
            "a) One b) Two Between c) Three",
        ),
        (
            "p{counter-increment:q}.late{counter-set:q 9}.off{display:none}p:before{content:'Q' counter(q) ':'}",
            "<p>Why?</p><p class=off>What?</p><p>Who?</p><p class=late>When?</p>",
            "Q1: Why? Q2: Who? Q9: When?",
        ),
        ("p::before{counter-increment:n;content:counter(n) '.'}", "<p>One</p><p>One</p>", "1. One 1. One"),
    ],
)
def test_numbers_that_styles_count_in_a_web_page(tmp_path, style, body, seen):
    path = tmp_path / "a.html"
    path.write_text(f"<style>{style}</style>{body}", encoding="utf-8")
    assert office.words(html.extract(path)) == seen


def test_numbers_of_lists_on_a_slide(tmp_path):
    said = [
        ("Welcome", 0, '<a:buAutoNum type="alphaLcParenR" startAt="3"/>'),
        ("Deep", 1, '<a:buAutoNum type="romanUcPeriod"/>'),
        ("Deeper", 1, '<a:buAutoNum type="romanUcPeriod"/>'),
        ("Minutes", 0, '<a:buAutoNum type="alphaLcParenR" startAt="3"/>'),
        ("Dot", 0, '<a:buChar char="o"/>'),
        ("Anew", 0, '<a:buAutoNum type="alphaLcParenR" startAt="3"/>'),
        ("Both", 0, '<a:buAutoNum type="arabicParenBoth"/>'),
    ]
    lines = "".join(
        f'<a:p><a:pPr lvl="{at}">{look}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>' for text, at, look in said
    )

    def change(parts):
        name = "ppt/slides/slide1.xml"
        parts[name] = parts[name].replace(b"<a:p><a:r><a:t>list</a:t></a:r></a:p>", lines.encode())

    def fill(slide):
        slide.shapes.add_textbox(0, 0, Cm(8), Cm(6)).text_frame.text = "list"

    path = office.slides(tmp_path / "a.pptx", fill, change=change)
    assert office.words(pptx_files.extract(path)) == (
        "Title c) Welcome I. Deep II. Deeper d) Minutes Dot c) Anew (1) Both"
    )


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        (4, ["4", "04", "d", "D", "iv", "IV", "4th"]),
        (28, ["28", "28", "bb", "BB", "xxviii", "XXVIII", "28th"]),
        (0, ["0", "00", "0", "0", "0", "0", "0th"]),
        (5000, ["5000", "5000", "h" * 100, "H" * 100, "5000", "5000", "5000th"]),
    ],
)
def test_kinds_of_numbers(number, kinds):
    assert [write(number) for write in list_numbers.KINDS.values()] == kinds


def test_web_pages_count_by_letters_as_sheets_do():
    assert [list_numbers.spreadsheet_letters(each) for each in (1, 26, 28, 703)] == ["a", "z", "ab", "aaa"]
