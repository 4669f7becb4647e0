"""The grammar: what is chosen for a site, one thing at a time, and which choices go together.

`choose(pick)` asks `pick` for every choice in turn. A seed's `pick` draws at random; hypothesis has one that
shrinks towards the first option of each list, which is therefore the plainest. A choice that would leave a
person unable to tell a paper's meeting is never offered.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

YEARLESS = ("26 November", "Thursday 26 November", "26th Nov", "badge")
FULL = (
    "26 November 2026",
    "Thursday 26 November 2026",
    "Thursday 26th November 2026",
    "26th November 2026",
    "26/11/2026",
    "26/11/26",
    "26.11.2026",
    "26.11.26",
    "2026-11-26",
    "26 Nov 2026",
    "Thu 26 Nov 26",
    "November 26, 2026",
    "THURSDAY, 26 NOVEMBER 2026",
    "26-11-2026",
    "26-Nov-2026",
    "Thursday, 26 November 2026",
    "26 NOVEMBER 2026",
    "Thu 26 November 2026",
)
MONTH_ONLY = "November 2026"

# Days that stand apart from the papers, joined by the number or the month of a meeting.
APART = (
    "numbered table",
    "numbered list",
    "ordinals",
    "months down",
    "months across",
    "months beside another body",
)

# One record a meeting, with a label of its own and its papers below.
CONTAINERS = (
    "heading",
    "bold line",
    "nested list",
    "details",
    "button panel",
    "bootstrap collapse",
    "elementor accordion",
    "jquery accordion",
    "card",
    "timeline",
    "definition list",
    "rowspan table",
    "nhsuk expander",
    "card with date above",
    "facts",
    "own element",
    "own element, heading last",
)
# One row a meeting, with its papers in it.
ROWS = ("list row", "paragraph with br", "meeting table", "documents table", "headless table", "drupal view")
# One record a paper.
PAPER_ROWS = (
    "paper list",
    "paper table",
    "download manager",
    "sharepoint library",
    "search results",
    "paper file blocks",
    "umbraco list",
    "coldfusion library",
    "figures",
)
# Lists of everything that a site publishes, where a policy may stand between two papers.
MIXED_LISTS = ("download manager", "search results", "umbraco list", "paper table")
GROUP_KITS = (
    "heading",
    "details",
    "button panel",
    "bootstrap collapse",
    "elementor accordion",
    "jquery accordion",
    "tabs",
)
ITEM_LISTS = (
    "ul",
    "ol",
    "paragraphs",
    "lines with br",
    "table",
    "file blocks",
    "buttons",
    "divs",
    "item cards",
    "doc links",
    "terms",
)
LINK_TEXTS = (
    "title",
    "title (PDF, 3.2MB)",
    "title in spans",
    "view title",
    "here",
    "Download",
    "View PDF (3.2MB)",
    "icon with label",
    "image",
    "title attribute",
    "title (opens in a new tab)",
    "is here",
)
COLUMN_LINK_TEXTS = (
    "title",
    "view title",
    "Download",
    "title (PDF, 3.2MB)",
    "icon with label",
    "image",
    "icon alone",
)
BESIDE = ("here", "is here", "Download", "View PDF (3.2MB)", "icon with label", "title attribute")

# Lists that go on over several pages.
PAGED = frozenset(
    {"numbered pages", "next page", "load more", "older page", "section menu", "pointing words"}
)
NOISE = (
    "cookie bar",
    "breadcrumb",
    "mega menu",
    "menu toggle",
    "sidebar",
    "news cards",
    "related links",
    "social links",
    "footer files",
    "pinned card",
    "next meeting line",
    "reviewed line",
    "share buttons",
    "intro files",
    "back to top",
    "form in a sentence",
    "signed agreement",
    "agreed terms",
    "line of standing documents",
)
# Where the files lie; "unnamed" hosts are not in the source's line.
HOSTS = (
    *("own", "own", "own", "own", "own", "own", "own", "own"),
    *("subdomain", "subdomain", "second named", "second named", "bucket named", "bucket named"),
    *("second unnamed", "sharepoint unnamed", "drive unnamed"),
)
IRREGULAR = (
    "future",
    "to follow",
    "standing documents",
    "extraordinary",
    "cancelled",
    "postponed",
    "superseded",
    "wrong weekday",
    "wrong year in file name",
    "earlier minutes",
    "listed twice",
    "policies in the list",
    "recording",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that is chosen for one site. `content` seeds its names, days and words."""

    content: int
    meetings: int
    record: str
    date_place: str
    date_form: str
    apart: str  # where the days stand, if not with the papers
    label: str
    group: str
    group_kit: str
    items: str
    sections: str
    link_text: str
    stock: str
    extras: str
    numbering: str
    committees: str
    published: str
    depth: str
    paths: str
    hub: str
    hub_says: str
    frame: str
    address: str
    hosts: str
    order: str
    noise: tuple[str, ...]
    irregular: tuple[str, ...]
    ways: str = "links"  # what leads to the other pages of the list
    turned: str = "no"  # a table has a column a meeting
    slip: str = "none"  # how one day is misprinted

    def all(self) -> Iterator[tuple[str, str]]:
        """Every choice as (its name, what was chosen); none for the numbers."""
        for field in fields(self):
            value = getattr(self, field.name)
            match value:
                case str():
                    yield field.name, value
                case tuple():
                    yield from ((field.name, str(each)) for each in value or ("none",))


class Pick(Protocol):
    """Draws one of the options."""

    def __call__(self, name: str, options: Sequence[str]) -> str: ...


def from_seed(seed: int) -> Choices:
    rng = random.Random(f"papers page {seed}")
    return choose(lambda _, options: rng.choice(options), content=seed)


def choose(pick: Pick, *, content: int) -> Choices:
    depth = pick(
        "depth",
        (
            *(
                "one page",
                "one page",
                "meeting pages",
                "meeting pages",
                "year pages",
                "year then meeting pages",
            ),
            *("older page", "numbered pages", "next page", "load more", "board hub"),
            *("section menu", "pointing words", "body pages"),
        ),
    )
    on_pages = "meeting pages" in depth
    record = pick("record", ("heading",) if on_pages else (*CONTAINERS, *ROWS, *ROWS, *PAPER_ROWS))
    apart = pick("apart", _aparts(record, depth))
    is_joined = apart != "none"
    group = pick("group", ("none",) if is_joined else _groups(record, depth))
    committees = pick("committees", _committees(record, group, depth))
    has_year = group in {"year", "financial year"} or depth in {"year pages", "year then meeting pages"}
    date_place = pick("date_place", ("label",) if is_joined else _date_places(record, depth))
    date_form = (
        pick("date_form", FULL) if is_joined else _date_form(pick, date_place, group, has_year=has_year)
    )
    stock = pick("stock", _stocks(record))
    choices = Choices(
        content=content,
        meetings=int(pick("meetings", ("2", "3", "4", "5", "6", "7"))),
        record=record,
        date_place=date_place,
        date_form=date_form,
        apart=apart,
        label=pick("label", ("body first",) if is_joined else _labels(date_form, committees)),
        group=group,
        group_kit=pick("group_kit", _group_kits(record, group)),
        items=pick("items", ITEM_LISTS if record in CONTAINERS else ("none",)),
        sections=pick("sections", _sections(record, stock, date_place, date_form)),
        link_text=pick("link_text", _link_texts(record, date_place)),
        stock=stock,
        extras=pick("extras", _extras(record, date_place)),
        numbering=pick("numbering", _numberings(record) if stock == "items" else ("none",)),
        committees=committees,
        published=pick("published", _published(record)),
        depth=depth,
        paths=pick("paths", ("folders", "folders", "query", "opaque") if "year" in depth else ("folders",)),
        hub=pick("hub", ("date link", "card", "table", "date beside") if on_pages else ("none",)),
        hub_says=pick("hub_says", _hub_says(date_place, date_form, committees) if on_pages else ("none",)),
        frame=pick(
            "frame", ("plain", "wordpress", "nhsuk", "concrete", "drupal", "menu in divs", "layout table")
        ),
        address=pick("address", _addresses(record, date_place)),
        hosts=pick("hosts", HOSTS if date_place != "file name" else HOSTS[:15]),
        order=pick("order", _orders(depth)),
        noise=_noise(pick),
        irregular=(),
    )
    return _with_the_rest(_with_irregular(choices, pick), pick)


def _groups(record: str, depth: str) -> Sequence[str]:
    if depth in PAGED or depth == "body pages":
        return ("none",)
    if depth in {"year pages", "year then meeting pages"}:
        return ("none", "month") if record in CONTAINERS and depth == "year pages" else ("none",)
    if record in {"paper table", "rowspan table", "meeting table", "documents table", "headless table"}:
        return ("none", "year", "financial year")
    return ("none", "none", "year", "year", "financial year", "month", "committee")


def _committees(record: str, group: str, depth: str) -> Sequence[str]:
    if group == "committee":
        return ("by group",)
    if depth == "body pages":
        return ("mixed",)
    kinds = ["board", "board", "board", "in common", "own pages"]
    if record not in {"headless table", "sharepoint library", "coldfusion library"}:
        kinds.append("mixed")
    return kinds


def _date_places(record: str, depth: str) -> Sequence[str]:
    if "meeting pages" in depth:
        return ("page heading", "page title", "breadcrumb", "line", "time element", "hub only", "link text")
    if record in CONTAINERS:
        places = ["label", "label", "label", "time in label", "line below"]
        return (*places, "link text", "file name") if record in {"heading", "bold line", "card"} else places
    if record in ROWS:
        return ("label", "label", "time in label")
    places = (
        ["link text", "link text", "file name"] if record != "search results" else ["link text", "meta line"]
    )
    if record == "figures":
        return ("meta line",)
    if record in {"paper table", "download manager", "umbraco list"}:
        places += ["meta line", "meta line"]
    return places


def _date_form(pick: Pick, date_place: str, group: str, *, has_year: bool) -> str:
    if date_place == "file name":
        return pick(
            "date_form", ("2026-11-26", "20261126", "26.11.26", "26-November-2026", "26NOV2026", "26112026")
        )
    full = ("26 November 2026", *FULL)
    if date_place in {"breadcrumb", "page title"}:
        return pick("date_form", FULL[:4])
    if group == "month":
        return pick("date_form", (*full, "Thursday 26th"))
    if has_year:
        spelled = YEARLESS if date_place in {"label", "hub only"} else YEARLESS[:3]
        return pick("date_form", (*spelled, *full[:6]))
    if date_place in {"time in label", "time element"}:
        return pick("date_form", full)  # the markup says the day
    return pick("date_form", (*full, MONTH_ONLY))


def _aparts(record: str, depth: str) -> Sequence[str]:
    """A list or table of the days, on the page that names its papers by number or month."""
    names_meetings = record in (*CONTAINERS[:12], "list row", "paragraph with br")
    if depth not in {"one page", "board hub"} or not names_meetings:
        return ("none",)
    return (*("none",) * 6, *APART)


def _sections(record: str, stock: str, date_place: str, date_form: str) -> Sequence[str]:
    if stock != "items" or record not in CONTAINERS:
        return ("none",)
    whole = date_form in FULL and date_place in {"label", "page heading"}
    return ("none", "headings", "dated headings") if whole else ("none", "headings")


def _labels(date_form: str, committees: str) -> Sequence[str]:
    if committees == "mixed":
        return ("body first", "date first")
    if date_form in {"badge", MONTH_ONLY}:
        return ("date", "body first")
    return ("date", "date", "body first", "date first", "held on", "with time and place")


def _group_kits(record: str, group: str) -> Sequence[str]:
    if group == "none":
        return ("none",)
    if record in {"meeting table", "documents table", "headless table", "paper table"}:
        return (*GROUP_KITS, "band row", "band row")
    return GROUP_KITS


def _stocks(record: str) -> Sequence[str]:
    if record in ROWS:
        return ("agenda papers minutes", "agenda papers minutes", "one pack")
    return ("agenda papers minutes", "one pack", "items", "items", "split packs")


def _extras(record: str, date_place: str) -> Sequence[str]:
    """A paper more, with one of the meetings."""
    if record in {"meeting table", "headless table"} or date_place == "file name":
        return ("none",)
    if date_place == "hub only":
        return ("none", "questions and answers", "glossary", "glossary")
    return ("none", "none", "questions and answers", "supplementary paper", "zip")


def _numberings(record: str) -> Sequence[str]:
    if record in PAPER_ROWS:
        return ("none", "Item 1", "1.")
    return ("1.", "none", "Item 1", "Enclosure A", "in the link")


def _hub_says(date_place: str, date_form: str, committees: str) -> Sequence[str]:
    """A list of meetings may say less than the pages that it leads to."""
    if date_form in FULL and date_place != "hub only" and committees != "mixed":
        return ("as the page", "as the page", "month", "month in words")
    return ("as the page",)


def _link_texts(record: str, date_place: str) -> Sequence[str]:
    if record in {
        "sharepoint library",
        "coldfusion library",
        "paper file blocks",
        "search results",
        "figures",
    }:
        return ("title",)
    if record == "download manager":
        return ("Download", "View PDF (3.2MB)")
    if date_place == "link text":
        return ("title", "title (PDF, 3.2MB)", "title in spans", "view title", "title (opens in a new tab)")
    if record == "meeting table":
        return COLUMN_LINK_TEXTS
    if record == "headless table":
        return COLUMN_LINK_TEXTS[:-1]
    return LINK_TEXTS


def _published(record: str) -> Sequence[str]:
    if record in {"paper table", "sharepoint library"}:
        return ("column", "column", "none")
    if record in {"download manager", "search results", "umbraco list"}:
        return ("line", "line", "none")
    return ("none", "none", "line", "suffix", "note")


def _addresses(record: str, date_place: str) -> Sequence[str]:
    if date_place == "file name":
        return ("uploads", "documents folder", "site files")
    if record == "coldfusion library":
        return ("coldfusion",)
    if record == "download manager":
        return ("download manager",)
    if record == "sharepoint library":
        return ("documents library",)
    return (
        *(
            "uploads",
            "media",
            "download_file",
            "joomla",
            "site files",
            "documents folder",
            "uuid",
            "liferay",
            "numbered folders",
            "attachment",
        ),
        *("uploads", "site files", "redirect", "viewer", "safelink"),
    )


def _noise(pick: Pick) -> tuple[str, ...]:
    options = {"none": ("no",), "some": ("no", "no", "no", "yes"), "much": ("no", "yes")}[
        pick("noise", ("none", "some", "some", "much"))
    ]
    return tuple(each for each in NOISE if pick(each, options) == "yes")


def _orders(depth: str) -> Sequence[str]:
    """What is older stands on later pages."""
    return ("newest first",) if depth in PAGED else ("newest first", "newest first", "oldest first")


def _with_irregular(choices: Choices, pick: Pick) -> Choices:
    allowed = _allowed(choices)
    options = {each: ("no", "no", "no", "yes") if each in allowed else ("no",) for each in IRREGULAR}
    chosen = tuple(each for each in IRREGULAR if pick(each, options[each]) == "yes")
    return Choices(**{f.name: getattr(choices, f.name) for f in fields(choices)} | {"irregular": chosen})


def _with_the_rest(choices: Choices, pick: Pick) -> Choices:
    """What was thought of later: drawn last, so that a seed keeps what it had."""
    ways = pick("ways", _ways(choices.depth, choices.paths))
    can_turn = (choices.record, choices.group_kit, choices.committees) == ("meeting table", "none", "board")
    turned = pick("turned", ("no", "yes") if can_turn and choices.date_form != "badge" else ("no",))
    slip = pick("slip", _slips(choices))
    return replace(choices, ways=ways, turned=turned, slip=slip)


def _ways(depth: str, paths: str) -> Sequence[str]:
    if "year" in depth:
        form = ("form",) if paths == "query" else ()
        return ("links", "links", "links", "jump menu", "button", "panel", "tab", *form)
    if depth in {"load more", "older page"}:
        return ("links", "links", "links", "button", "data", "scroll")
    return ("links",)


def _slips(choices: Choices) -> Sequence[str]:
    """One day that is misprinted, where its month is a word, and, for a day that is none, files say it."""
    is_word = (
        choices.date_form in FULL and "November" in choices.date_form.title() and choices.apart == "none"
    )
    if not is_word or choices.date_place != "label" or {*choices.irregular} & {"postponed", "wrong weekday"}:
        return ("none",)
    says_it = choices.address in {"uploads", "site files", "documents folder"} and choices.hosts == "own"
    return ("none", "none", "none", "mistyped month", *(("no such day",) if says_it else ()))


def _allowed(choices: Choices) -> set[str]:
    """What may be out of the ordinary without leaving a person in doubt."""
    form, place = choices.date_form, choices.date_place
    if choices.record in PAPER_ROWS or place in {"link text", "file name"}:
        allowed = {
            "standing documents",
            "extraordinary",
            "superseded",
            "wrong year in file name",
            "listed twice",
        }
        allowed |= {"policies in the list"} if choices.record in MIXED_LISTS else set()
    else:
        allowed = {*IRREGULAR} - {"policies in the list"}
    if form == MONTH_ONLY:
        allowed -= {"extraordinary", "wrong year in file name", "future"}
    if form not in FULL or place != "label":
        allowed -= {"postponed"}
    if place == "file name":
        allowed -= {"wrong year in file name"}
    if not (form.lower().startswith(("thursday ", "thursday,")) and form.endswith("2026")):
        allowed -= {"wrong weekday"}
    if choices.stock != "items" or choices.record not in CONTAINERS:
        allowed -= {"to follow", "earlier minutes"}
    if choices.apart != "none":
        allowed &= {"standing documents", "superseded", "to follow", "recording"}
    return allowed
