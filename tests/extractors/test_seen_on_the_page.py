"""What a person sees on a page, and only that: kinds that a stranger's files showed, in each format that has them."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

import pytest

from extractors import html, plain, sniff
from extractors.office import docx_files, opendocument, spreadsheets, xml_files
from pipeline.model import PartState
from tests.helpers import office_files as office


def web(tmp_path, body):
    path = tmp_path / "page.html"
    path.write_text(f"<meta charset=utf-8>{body}", encoding="utf-8")
    return list(html.extract(path))


def hidden(pages):
    return " ".join(part.text for page in pages for part in page.parts if part.state is PartState.HIDDEN)


# ---- web pages


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ("<tr><td>Vale<br>mitigations<td>North<br>tariffs", ["Vale mitigations North tariffs"]),
        (
            "<tr><td><p>14.</p><td><p>The board agreed the plan.</p><p>It noted risks.</p><td>Chair",
            ["14. The board agreed the plan.", "It noted risks.", "Chair"],
        ),
        ("<tr><th>Ward<th>Beds<tr><td><p>East</p><td>12", ["Ward Beds", "East 12"]),
        (
            "<tr><td><ul><li>First thing<li>Second thing</ul><td><ul><li>Other</ul>",
            ["* First thing", "* Second thing", "* Other"],
        ),
        ("<tr><td>A<td><table><tr><td>in<td>ner<tr><td>x</table><td>B", ["A", "in ner", "x", "B"]),
    ],
)
def test_lines_of_cells_are_not_told_in_turn(tmp_path, rows, seen):
    (page,) = web(tmp_path, f"<p>Before<table>{rows}</table>After")
    assert [line for line in page.text.splitlines() if line] == ["Before", *seen, "After"]


def test_a_form_that_is_filled_in_is_read_and_a_login_is_not(tmp_path):
    filled = (
        "<form><legend>Application</legend><label>Name of the ward <input value='Vale ward'></label>"
        "<label>Reason for the change of beds<textarea>More people wait for surgery than in any winter before</textarea></label>"
        "<input placeholder='Say where'><textarea placeholder='Say why'></textarea><input type=hidden value=secret>"
        "<label>Password to send it <input type=password value=hush></label><button>Send it now</button></form>"
    )
    login = "<form><label>E-mail <input></label><label>Password <input type=password></label><button>Sign in</button></form>"
    (page,) = web(tmp_path, f"<main><p>The board met in public on Tuesday.</p>{filled}{login}</main>")
    for said in ("Vale ward", "More people wait for surgery", "Say where", "Say why", "Send it now"):
        assert said in page.text
    for said in ("secret", "hush", "Sign in"):
        assert said not in page.text


def test_what_no_script_of_the_page_shows_is_hidden(tmp_path):
    body = (
        "<style>.notice{display:none}.notice.show{display:block}.panel{display:none}.panel.open{display:block}</style>"
        "<div class=notice>We keep small files on your device</div><h2><button>Beds</button></h2>"
        "<div class=panel>Twelve beds were closed</div><script>document.title = 'x'</script>"
    )
    pages = web(tmp_path, body)
    assert "Twelve beds were closed" in pages[0].text
    assert "We keep small files" not in pages[0].text
    assert "We keep small files" in hidden(pages)
    pages = web(tmp_path, body.replace("document.title = 'x'", "notice.classList.add('show')"))
    assert "We keep small files" in pages[0].text


def test_words_before_lines_are_counted_by_their_element(tmp_path):
    body = "<style>p{counter-increment:q}p::before{content:'Q' counter(q) ': '}</style><p>Why wait?</p><p>Who pays?</p>"
    (page,) = web(tmp_path, body)
    assert page.text.split("\n\n") == ["Q1: Why wait?", "Q2: Who pays?"]


def test_of_words_before_lines_those_of_the_strongest_rule_are_seen(tmp_path):
    style = ".q:before{content:'Question'}.q.no:before{content:none}.q.off:before{display:none}"
    body = f"<style>{style}</style><p class=q>one</p><p class='q no'>two</p><p class='q off'>three</p>"
    assert office.words(web(tmp_path, body)) == "Question one two three"


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("<div style='display:flex;flex-direction:row-reverse'><b>two</b><b>one</b></div>", "one two"),
        (
            "<style>.f{display:grid}.l{order:2}.e{order:-1}</style><div class=f><i class=l>3</i><i>2</i><i class=e>1</i></div>",
            "1 2 3",
        ),
        ("<table dir=rtl><tr><td>three</td><td>two</td><td>one</td></tr></table>", "one two three"),
        (
            "<table dir=rtl><tr><td>\u05d0\u05d1</td><td>\u05d2\u05d3</td></tr></table>",
            "\u05d0\u05d1 \u05d2\u05d3",
        ),
        ("<p><bdo dir=rtl>dlrow olleh</bdo></p>", "hello world"),
        ("<p dir=rtl>hello world</p>", "hello world"),
    ],
)
def test_pieces_are_read_in_the_order_in_which_they_are_seen(tmp_path, body, seen):
    assert office.words(web(tmp_path, body)) == seen


def test_a_dialog_that_nothing_opens_is_hidden(tmp_path):
    body = "<p>Seen words</p><div role=dialog id=d style='display:none'>Secret words of a dialog</div>"
    pages = web(tmp_path, body)
    assert office.words(pages) == "Seen words"
    assert hidden(pages) == "Secret words of a dialog"
    assert "Secret words" in office.words(web(tmp_path, f"{body}<button aria-controls=d>Open</button>"))


def test_small_words_over_others_are_words(tmp_path):
    (page,) = web(tmp_path, "<p><ruby>Vale<rt>North</rt></ruby> ward")
    assert page.text == "Vale North ward"
    ruby = "<text:p><text:ruby><text:ruby-base>Vale</text:ruby-base><text:ruby-text>North</text:ruby-text></text:ruby> ward</text:p>"
    path = office.open_document(tmp_path / "a.odt", "text", ruby)
    assert office.words(opendocument.extract(path)) == "Vale North ward"


# ---- text


def test_text_for_a_printer_of_lines_is_read_as_it_prints(tmp_path):
    path = tmp_path / "a.txt"
    thick = "".join(f"{each}\b{each}" for each in "Board")
    path.write_text(f"\n\n   {thick}\n\n_\bp_\ba_\by is n\b_o\b_t \x1b[1mdue\x1b[0m\n")
    assert sniff.sniff(path).format == "text"
    assert office.words(plain.extract(path)) == "Board pay is not due"


# ---- Word


def test_a_note_that_no_mark_refers_to_is_hidden(tmp_path):
    notes = "".join(
        f'<w:footnote w:id="{number}">{office.text(said)}</w:footnote>'
        for number, said in ((2, "Seen note"), (3, "Lost note"), (4, "Deleted note"))
    )
    body = '<w:p><w:r><w:t>Said</w:t><w:footnoteReference w:id="2"/></w:r><w:del><w:r><w:footnoteReference w:id="4"/></w:r></w:del></w:p>'
    edit = office.related("footnotes", "footnotes.xml", office.xml("w:footnotes", notes))
    pages = list(docx_files.extract(office.word(tmp_path / "a.docx", body, edit)))
    assert "Seen note" in office.words(pages)
    assert "Lost note" not in office.words(pages)
    assert {"Lost note", "Deleted note"} <= set(hidden(pages).replace("note ", "note\n").splitlines())


def test_a_first_header_is_seen_in_the_section_that_has_one(tmp_path):
    def section(number, more=""):
        return f'<w:sectPr><w:headerReference w:type="first" r:id="rId90{number}"/>{more}</w:sectPr>'

    edit = office.Edit(
        {f"word/head{number}.xml": office.xml("w:hdr", office.text(f"Head {number}")) for number in (1, 2)},
        {f"rId90{number}": ("header", f"head{number}.xml") for number in (1, 2)},
    )
    body = f"<w:p><w:pPr>{section(1, '<w:titlePg/>')}</w:pPr></w:p><w:p><w:pPr>{section(2)}</w:pPr></w:p>"
    pages = list(docx_files.extract(office.word(tmp_path / "a.docx", body, edit)))
    assert "Head 1" in office.words(pages)
    assert "Head 2" not in office.words(pages)
    assert "Head 2" in hidden(pages)


@pytest.mark.parametrize(
    ("cells", "seen"),
    [
        (("three", "two", "one"), "one two three"),
        (("\u05d0\u05d1", "\u05d2\u05d3"), "\u05d0\u05d1 \u05d2\u05d3"),
    ],
)
def test_cells_of_a_table_that_begins_at_the_right(tmp_path, cells, seen):
    row = "".join(f"<w:tc>{office.text(each)}</w:tc>" for each in cells)
    body = f"<w:tbl><w:tblPr><w:bidiVisual/></w:tblPr><w:tr>{row}</w:tr></w:tbl>"
    assert (
        office.words(docx_files.extract(office.word(tmp_path / "a.docx", body))) == f"Before. {seen} After."
    )


def test_hidden_runs_of_word_2003_are_hidden(tmp_path):
    path = tmp_path / "a.xml"
    runs = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Secret sum</w:t></w:r><w:r><w:rPr><w:vanish w:val='off'/></w:rPr><w:t>Shown sum</w:t></w:r>"
    path.write_text(
        f"<w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'><w:body><w:p>{runs}</w:p></w:body></w:wordDocument>"
    )
    pages = list(xml_files.extract(path))
    assert office.words(pages) == "Shown sum"
    assert hidden(pages) == "Secret sum"


# ---- sheets


def test_a_text_whose_format_shows_nothing_is_hidden(tmp_path):
    cells = '<table:table-cell office:value-type="string" office:string-value="Secret plan"><text:p/></table:table-cell>'
    body = f'<table:table table:name="Main"><table:table-row>{cells}<table:table-cell office:value-type="string"><text:p>Open plan</text:p></table:table-cell></table:table-row></table:table>'
    pages = list(spreadsheets.extract(office.open_document(tmp_path / "a.ods", "spreadsheet", body)))
    assert office.words(pages) == "Main Open plan"
    assert hidden(pages) == "Secret plan"
