"""`init`: from nothing to the first run, by a few questions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.app import first_setup
from cli.app.context import App
from cli.app.subscriptions import check_mail_address
from cli.commands.options import Command, pass_app
from cli.exits import Exit
from cli.terminal import note
from pipeline.english import counted, listed
from pipeline.errors import ConfigError, DeliveryError
from pipeline.model import MAIL, Cadence, WatchList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.lines.places import Place

_T = TypeVar("_T")

EVERYWHERE = {"all", "england", "everywhere"}
NATIONAL = "national"
SECURITY = ("starttls", "tls", "none")
DAILY = ("cron", "systemd", "no")


@click.command("init", cls=Command)
@click.option(
    "--where", multiple=True, help="A board, council, trust or postcode; may be given again. all: England."
)
@click.option(
    "--national/--no-national", default=None, help="Also read NHS England, Parliament, contract notices."
)
@click.option(
    "--topic", "topics", multiple=True, help="Id of a concept; may be given again. None: every concept."
)
@click.option("--mail", help="Where digests go. None: they are files in <data>/outbox.")
@click.option(
    "--server", help="The mail server that sends them, as in mail.example.org or mail.example.org:25."
)
@click.option("--security", type=click.Choice(SECURITY), help="Of the connection to it.")
@click.option("--username", help="The name to sign in to it with. The password is asked for.")
@click.option("--daily", type=click.Choice(DAILY), help="What starts a run each day.")
@click.option("--run/--no-run", "runs", default=None, help="Read the papers now.")
@click.option("--yes", is_flag=True, help="Ask nothing: what no option says is left at its default.")
@pass_app
def init(app: App, yes: bool, **given: Any) -> int:
    """Set up an archive: asks where you are, what you follow and where mail goes, and starts the first run.

    Writes <data>/paperwatch.toml. Each question has an option; one that is given is not asked.
    """
    ask = _Questions(given, silent=yes or not sys.stdin.isatty())
    if ask.silent and not yes:
        note("Nothing is asked, as this is not a terminal: what no option says is left at its default.")
    first_setup.file_to_write(app.data)
    try:
        answers, topics = _answers(app, ask)
    except (KeyboardInterrupt, click.Abort):
        note("\npaperwatch: stopped; nothing was written")
        return Exit.INTERRUPTED
    path = first_setup.write_setup(app.data, answers)
    click.echo(f"Wrote {path}.")
    ready = App(app.data, makes_archive=True)
    ready.validate_files()
    sources = len(ready.sources) - len(ready.switched_off)
    click.echo(f"A run reads {counted(sources, 'source')}.")
    if answers.address:
        _subscribe(ready, answers.address, topics)
    _start_daily(ready, ask)
    code: int = Exit.ALL_WELL
    if ask.yes("runs", "Read the papers now? The first run takes the longest."):
        from cli.app.schedule import start_run

        code = start_run(ready.data)
    click.echo("Read the archive: paperwatch serve, then open http://127.0.0.1:8000/")
    return code


def _answers(app: App, ask: _Questions) -> tuple[first_setup.Answers, tuple[str, ...]]:
    """What the person says of the archive, and the topics that they follow."""
    places = ask.until_right("where", lambda: _places(app, ask))
    for place in places:
        click.echo(f"Paperwatch will read {place.label}.")
    if not places:
        click.echo("Paperwatch will read all of England.")
    national = bool(places) and ask.yes(
        "national", "Also read the national sources: NHS England, Parliament, contract notices?"
    )
    topics = ask.until_right("topics", lambda: _topics(app, ask))
    answers = first_setup.Answers(
        areas=tuple(area for place in places for area in place.areas),
        only=tuple(line for place in places for line in place.only),
        kinds=(NATIONAL,) if national else (),
        **_mail(ask),
    )
    return answers, topics


class _Questions:
    """Answers from the options, and from the person where there is one."""

    def __init__(self, given: dict[str, Any], *, silent: bool) -> None:
        self._given = given
        self.silent = silent

    def text(
        self,
        option: str,
        question: str,
        default: str = "",
        *,
        of: Sequence[str] = (),
        hidden: bool = False,
    ) -> str:
        given = self._given.get(option)
        if given is not None or self.silent:
            return given or default
        answer: str = click.prompt(
            question,
            default=default,
            show_default=bool(default),
            hide_input=hidden,
            type=click.Choice(of) if of else None,
            err=True,
        )
        return answer.strip()

    def asks(self, option: str) -> bool:
        """Whether a person is asked this."""
        return not (self.silent or self._given[option])

    def until_right(self, option: str, answer: Callable[[], _T]) -> _T:
        """The first answer that can be used: a slip of the hand costs no other answer.

        Raises ConfigError for what cannot be used where nobody is asked.
        """
        while True:
            try:
                return answer()
            except ConfigError as error:
                if not self.asks(option):
                    raise
                said = str(error)
                note(f"{said[:1].upper()}{said[1:]}{'' if said.endswith('?') else '.'}")

    def many(self, option: str, question: str) -> Sequence[str]:
        given: Sequence[str] = self._given[option]
        return given or [each.strip() for each in self.text("", question).split(",") if each.strip()]

    def yes(self, option: str, question: str) -> bool:
        given: bool | None = self._given[option]
        if given is not None or self.silent:
            return bool(given)
        return click.confirm(question, default=True, err=True)

    def which(self, of: Sequence[Any], question: str, default: str = "1") -> Sequence[Any]:
        """One or more of a list that was shown; the first where nobody can be asked, which is said.

        Without a default nothing may be answered, for none of them.
        """
        if self.silent:
            for other in of[1:]:
                note(f"not taken: {other.label}")
        if self.silent or (default and len(of) == 1):
            return of[:1]
        for number, each in enumerate(of, 1):
            note(f"  {number}  {each.label}")
        while True:
            words = self.text("", question, default).replace(",", " ").split()
            if (words or not default) and all(
                word.isdecimal() and 1 <= int(word) <= len(of) for word in words
            ):
                return [of[int(word) - 1] for word in words]
            note(f"Please give numbers from 1 to {len(of)}.")


def _places(app: App, ask: _Questions) -> list[Place]:
    """What to read; nothing for all of England. Raises ConfigError for an option that names no place."""
    from crawler.lines import places

    now = {board: bodies for board, bodies in app.areas.items() if not app.has_ended(board)}
    successors = {body.id: body.successors for body in app.bodies.values() if app.has_ended(body.id)}
    question = "Where are you? A council, trust, board or postcode; several with commas; all for England"
    chosen: list[Place] = []
    for typed in ask.many("where", question) or ("all",):
        if typed.lower() in EVERYWHERE:
            return []
        found = places.find(typed, app.body_names(), now, app.sources, successors)
        if not found or found[0].is_guess:
            chosen += _meant(typed, found, ask)
            continue
        if ask.silent and places.is_postcode(typed):
            chosen += found  # its area reaches over a boundary: rather too much than too little
        else:
            chosen += ask.which(found, f"{typed}: which of these? Numbers, as in 1 2")
    return list(dict.fromkeys(chosen))


def _meant(typed: str, guesses: Sequence[Place], ask: _Questions) -> Sequence[Place]:
    """Which of the places that a name may mean. Raises ConfigError for none, and where nobody is asked."""
    nobody = "no board, council, trust or postcode in England is called"
    if not guesses:
        raise ConfigError(f"{nobody} {typed!r}")
    if not ask.asks("where"):
        meant = listed(list(dict.fromkeys(place.name for place in guesses)), "or")
        raise ConfigError(f"{nobody} just {typed!r}. Did you mean {meant}?")
    note(f"N{nobody[1:]} just {typed!r}.")
    taken = ask.which(guesses, "Do you mean one of these? Its number, or nothing for none", default="")
    if not taken:
        raise ConfigError(f"{typed!r} is left out: name the place in other words")
    return taken


def _topics(app: App, ask: _Questions) -> tuple[str, ...]:
    from crawler.lines.entries import near

    ids = {concept.label.casefold(): concept.id for concept in app.concepts.values()}
    if ask.asks("topics"):
        note("\n".join(f"  {concept.id:34} {concept.label}" for concept in app.concepts.values()))
    typed = ask.many("topics", "Which of these topics do you follow? With commas; nothing for all")
    topics = tuple(ids.get(each.casefold(), each) for each in typed)
    if unknown := [topic for topic in topics if topic not in app.concepts]:
        raise ConfigError(f"no topic {unknown[0]!r}{near(unknown[0], app.concepts)}")
    return topics


def _mail(ask: _Questions) -> dict[str, Any]:
    """The address and the server. Raises ConfigError for an address that mail cannot be sent to."""
    address = ask.until_right("mail", lambda: _address(ask))
    if not address:
        return {}
    host, port = ask.until_right("server", lambda: _host_and_port(ask))
    if not host:
        return {"address": address}
    security = ask.text("security", "Security of the connection", "starttls", of=SECURITY)
    username = ask.text("username", "User name there; nothing where none is needed")
    password = ask.text("password", "Password", hidden=True) if username else ""
    server = first_setup.MailServer(
        host=host, port=port, security=security, username=username, password=password
    )
    return {"address": address, "server": server}


def _address(ask: _Questions) -> str:
    address = ask.text("mail", "Your e-mail address; nothing to have digests as files")
    if address:
        check_mail_address(address)
    return address


def _host_and_port(ask: _Questions) -> tuple[str, int]:
    said = ask.text("server", "Your mail server, as in mail.example.org:587; nothing for files")
    host, _, port = said.partition(":")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise ConfigError(f"--server: {port!r} is no port: a port is a number from 1 to 65535")
    return host, int(port or 587)


def _subscribe(app: App, address: str, topics: tuple[str, ...]) -> None:
    """Make the person a reader, and send a first message so that a wrong setting shows now."""
    watch = app.readers.checked(WatchList(concepts=topics))
    app.archive.readers.subscribe(
        address, channel=MAIL, cadence=Cadence.DAILY, watch_lists=[watch], confirmed_at=datetime.now(UTC)
    )
    try:
        app.send_test(address)
    except (ConfigError, DeliveryError) as error:
        note(f"problem: the test message was not sent: {error}. Until [alerts] is corrected, digests wait.")
        return
    where = "Look for it" if app.config.alerts.channel == "smtp" else f"It is a file in {app.data / 'outbox'}"
    click.echo(f"Digests go to {address}, one a day at most. We have sent a test message. {where}.")


def _start_daily(app: App, ask: _Questions) -> None:
    daily = ask.text("daily", "Start a run each day at 06:30, by which program?", "no", of=DAILY)
    if daily == "no":
        click.echo(
            "Nothing starts a run each day yet: see `paperwatch docs`, Run it by cron, or Run it by systemd."
        )
        return
    start = first_setup.start_by_cron if daily == "cron" else first_setup.start_by_systemd
    try:
        click.echo(f"Each day at 06:30: {start(first_setup.own_command(), app.data)}")
    except ConfigError as error:
        note(f"problem: {error}")


COMMANDS = (init,)
