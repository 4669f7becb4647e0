from __future__ import annotations

import email
import email.policy
import importlib.util
import os
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from alerts.addresses import wire_address
from alerts.channels.outbox_folder import FolderChannel, file_name
from alerts.channels.table import CHANNELS, open_channel
from alerts.config import AlertConfig, Smtp, parse
from pipeline.addresses import is_inside_address
from pipeline.errors import ConfigError, DeliveryError
from pipeline.model import Message

CONTENT = b"From: paperwatch@watch.example.org\r\nSubject: x\r\n\r\nOne line.\r\n.A dot first.\r\n"
MESSAGE = Message(
    id=1, message_id="<k1@watch.example.org>", channel="smtp", address="reader@example.org", content=CONTENT
)
INWARD = AlertConfig(webhooks_to_private_addresses=True)
PASSWORD = "not-to-be-seen"


class Server(Controller):
    """A real server that refuses or drops where it is told to, and keeps what it accepted."""

    def __init__(self, *, refuse=None, drop="", auth=False, tls=None, starttls=None):
        self.refuse, self.drop = refuse or {}, drop
        self.accepted, self.refused, self.passwords, self.connections = [], [], [], 0
        self.auth, self.starttls_context = auth, starttls
        super().__init__(self, hostname="127.0.0.1", port=0, ssl_context=tls)

    def factory(self):
        self.connections += 1
        return Session(
            self,
            hostname="test",
            tls_context=self.starttls_context,
            require_starttls=self.starttls_context is not None,
            authenticator=self._authenticate if self.auth else None,
            auth_required=self.auth and self.starttls_context is not None,
            auth_require_tls=self.starttls_context is not None,
        )

    def _authenticate(self, server, session, envelope, mechanism, auth_data):
        self.passwords.append(auth_data.password)
        return AuthResult(success=auth_data.password == PASSWORD.encode(), handled=False)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.drop == "DOT":
            server.transport.abort()
        else:
            kept = self.refused if "DOT" in self.refuse else self.accepted
            kept.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.refuse.get("DOT", "250 2.0.0 taken")


class Session(SMTP):
    """Each verb may be refused or answered by hanging up."""

    async def _answered(self, verb, go_on, arg):
        if self.event_handler.drop == verb:
            self.transport.abort()
        elif verb in self.event_handler.refuse:
            await self.push(self.event_handler.refuse[verb])
        else:
            await go_on(arg)

    async def smtp_EHLO(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._answered("EHLO", super().smtp_EHLO, arg)

    async def smtp_HELO(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._answered("EHLO", super().smtp_HELO, arg)

    async def smtp_MAIL(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._answered("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._answered("RCPT", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._answered("DATA", super().smtp_DATA, arg)

    async def smtp_RSET(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._answered("RSET", super().smtp_RSET, arg)


@contextmanager
def serving(**behaviour):
    server = Server(**behaviour)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def config(port: int, **smtp) -> AlertConfig:
    given_smtp = {"host": "127.0.0.1", "port": port, "security": "none", "timeout": 5.0} | smtp
    return AlertConfig(channel="smtp", sender="paperwatch@watch.example.org", smtp=Smtp(**given_smtp))


def test_a_message_arrives_byte_for_byte(tmp_path):
    with serving() as server, open_channel("smtp", config(server.port), tmp_path) as channel:
        channel.send(MESSAGE)
    assert server.accepted == [("paperwatch@watch.example.org", ["reader@example.org"], CONTENT)]


def test_a_batch_uses_one_connection(tmp_path):
    with serving() as server:
        before = server.connections
        with open_channel("smtp", config(server.port), tmp_path) as channel:
            for _ in range(5):
                channel.send(MESSAGE)
        assert len(server.accepted) == 5
        assert server.connections - before == 1


OF_LINE, OF_MESSAGE, OF_ADDRESS = "us, or the moment", "what the message says", "the address"
# What servers answer, after Postfix, Exim, sendmail, Exchange and RFC 3463; by verb, what each is about.
ANSWERS = {
    "421 4.3.2 shutting down": {"EHLO MAIL RCPT DATA DOT": OF_LINE},
    "450 4.2.0 greylisted": {"MAIL RCPT DATA DOT": OF_LINE},
    "451 4.3.0 local error": {"MAIL RCPT DATA DOT": OF_LINE},
    "451 4.7.1 try again later": {"MAIL RCPT DATA DOT": OF_LINE},
    "452 4.2.2 over quota": {"MAIL RCPT DATA DOT": OF_LINE},
    "452 4.3.1 disk full": {"MAIL RCPT DATA DOT": OF_LINE},
    "500 5.5.2 syntax error": {"EHLO MAIL RCPT DATA DOT": OF_LINE},
    "503 5.5.1 no valid recipients": {"MAIL RCPT DATA": OF_LINE},
    "521 5.3.2 takes no mail": {"EHLO MAIL RCPT": OF_LINE},
    "530 5.7.0 authentication required": {"MAIL RCPT DATA": OF_LINE},
    "535 5.7.8 wrong credentials": {"MAIL RCPT DATA": OF_LINE},
    "541 rejected by policy": {"RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
    "550 5.0.0 rejected": {"MAIL": OF_LINE, "RCPT": OF_ADDRESS, "DATA DOT": OF_MESSAGE},
    "550 5.1.1 no such user": {"RCPT": OF_ADDRESS, "DATA DOT": OF_MESSAGE},
    "550 5.1.10 recipient not found": {"RCPT": OF_ADDRESS},
    "550 5.1.2 no such domain": {"RCPT": OF_ADDRESS},
    "550 5.1.8 sender has no such domain": {"MAIL RCPT": OF_LINE},
    "550 5.2.1 mailbox disabled": {"RCPT": OF_ADDRESS},
    "550 5.4.1 no route, or access denied": {"RCPT": OF_LINE},
    "550 5.7.1 relaying denied": {"MAIL RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
    "550 5.7.13 account disabled": {"RCPT": OF_ADDRESS},
    "550 5.7.26 DMARC": {"RCPT": OF_LINE, "DOT": OF_MESSAGE},
    "550 no such user": {"MAIL": OF_LINE, "RCPT": OF_ADDRESS},
    "550 blocked, see our list": {"EHLO MAIL RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
    "550 relay not permitted": {"RCPT": OF_LINE},
    "550 Sender verify failed": {"RCPT": OF_LINE},
    "551 5.1.6 user has moved": {"RCPT": OF_ADDRESS},
    "552 5.2.2 mailbox full": {"RCPT DATA DOT": OF_LINE},
    "552 5.2.3 longer than this mailbox takes": {"MAIL RCPT DATA DOT": OF_MESSAGE},
    "552 5.3.4 too big": {"MAIL RCPT DATA DOT": OF_MESSAGE},
    "552 too big": {"MAIL DATA DOT": OF_MESSAGE, "RCPT": OF_LINE},
    "553 5.1.3 no such form of address": {"RCPT": OF_ADDRESS},
    "553 5.1.7 no such form of sender": {"MAIL RCPT": OF_LINE},
    "553 no such mailbox": {"RCPT": OF_ADDRESS},
    "554 5.6.0 content refused": {"RCPT DATA DOT": OF_MESSAGE},
    "554 5.7.1 looks like spam": {"EHLO MAIL RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
    "554 no": {"EHLO MAIL RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
    "556 5.1.10 takes no mail": {"RCPT": OF_ADDRESS},
    "571 not authorized": {"MAIL RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
    "572 5.7.0 no": {"RCPT": OF_LINE, "DATA DOT": OF_MESSAGE},
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_one_meaning(tmp_path, answer):
    cases = [(verb, about) for verbs, about in ANSWERS[answer].items() for verb in verbs.split()]
    for verb, about in cases:
        with (
            serving(refuse={verb: answer}) as server,
            open_channel("smtp", config(server.port), tmp_path) as channel,
        ):
            with pytest.raises(DeliveryError, match=answer[:3]) as refusal:
                channel.send(MESSAGE)
            found = OF_ADDRESS
            if refusal.value.retryable:
                found = OF_MESSAGE if refusal.value.content else OF_LINE
            assert (verb, found) == (verb, about)
            assert server.accepted == []
            server.refuse.clear()
            channel.send(MESSAGE)  # one refusal does not spoil the batch
            assert len(server.accepted) == 1


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "DOT"])
def test_a_dropped_line_is_tried_again_on_a_new_one(tmp_path, verb):
    with serving(drop=verb) as server, open_channel("smtp", config(server.port), tmp_path) as channel:
        with pytest.raises(DeliveryError) as refusal:
            channel.send(MESSAGE)
        assert refusal.value.retryable
        server.drop = ""
        channel.send(MESSAGE)
        assert len(server.accepted) == 1


def test_a_line_dropped_after_a_refusal_keeps_the_refusal(tmp_path):
    refuse = {"RCPT": "550 5.1.1 no such user"}
    with (
        serving(refuse=refuse, drop="RSET") as server,
        open_channel("smtp", config(server.port), tmp_path) as channel,
    ):
        with pytest.raises(DeliveryError, match="550") as refusal:
            channel.send(MESSAGE)
        assert not refusal.value.retryable
        server.refuse.clear()
        channel.send(MESSAGE)
        assert len(server.accepted) == 1


def test_a_line_dropped_between_two_messages_is_opened_again(tmp_path):
    with serving() as server, open_channel("smtp", config(server.port), tmp_path) as channel:
        channel.send(MESSAGE)
        channel._connection.sock.shutdown(socket.SHUT_RDWR)
        channel.send(MESSAGE)
        assert len(server.accepted) == 2


def test_nobody_listening_is_tried_again(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with open_channel("smtp", config(port), tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
        channel.send(MESSAGE)
    assert refusal.value.retryable


def test_an_unknown_host_is_tried_again(tmp_path):
    settings = config(25, host="nowhere.invalid")
    with open_channel("smtp", settings, tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
        channel.send(MESSAGE)
    assert refusal.value.retryable


@pytest.mark.parametrize("drip", [b"", b"2"], ids=["silent", "one byte at a time"])
def test_a_slow_server_is_left_at_the_timeout(tmp_path, drip):
    stop = threading.Event()

    def serve(listener):
        line, _ = listener.accept()
        with line:
            while not stop.wait(0.05):
                try:
                    line.sendall(drip)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener])
        thread.start()
        began = time.monotonic()
        settings = config(listener.getsockname()[1], timeout=0.5)
        with open_channel("smtp", settings, tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
            channel.send(MESSAGE)
        took = time.monotonic() - began
        stop.set()
        thread.join()
    assert refusal.value.retryable
    assert 0.4 < took < 3
    assert "no answer within 0.5 seconds" in str(refusal.value) or "timed out" in str(refusal.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1: (path of both, server context)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_carries_a_password_and_a_message(tmp_path, certificate, security, monkeypatch):
    monkeypatch.setenv("PAPERWATCH_SMTP_PASSWORD", PASSWORD)
    path, context = certificate
    with serving(auth=True, **{security: context}) as server:
        settings = config(server.port, security=security, ca_file=str(path), username="paperwatch")
        with open_channel("smtp", settings, tmp_path) as channel:
            channel.send(MESSAGE)
        assert len(server.accepted) == 1
        assert server.passwords == [PASSWORD.encode()]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path, certificate, security):
    with serving(**{security: certificate[1]}) as server:
        settings = config(server.port, security=security)
        with open_channel("smtp", settings, tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
            channel.send(MESSAGE)
    assert refusal.value.retryable
    assert "certificate" in str(refusal.value)
    assert server.accepted == []


def test_a_server_without_starttls_gets_nothing(tmp_path):
    with serving() as server:
        settings = config(server.port, security="starttls")
        with open_channel("smtp", settings, tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
            channel.send(MESSAGE)
    assert refusal.value.retryable
    assert server.accepted == []


def test_a_wrong_password_stops_no_reader_and_is_not_shown(tmp_path, certificate, monkeypatch):
    monkeypatch.setenv("PAPERWATCH_SMTP_PASSWORD", "a-wrong-secret")
    path, context = certificate
    with serving(auth=True, starttls=context) as server:
        settings = config(server.port, security="starttls", ca_file=str(path), username="paperwatch")
        with open_channel("smtp", settings, tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
            channel.send(MESSAGE)
    assert refusal.value.retryable
    assert "535" in str(refusal.value)
    assert "a-wrong-secret" not in f"{refusal.value!r}{settings!r}{vars(channel)!r}"


def test_a_readers_address_does_not_reach_the_log(tmp_path):
    refuse = {"RCPT": "550 5.1.1 <Reader@Example.org> unknown\x07 here"}
    with (
        serving(refuse=refuse) as server,
        open_channel("smtp", config(server.port), tmp_path) as channel,
        pytest.raises(DeliveryError) as refusal,
    ):
        channel.send(MESSAGE)
    assert str(refusal.value) == "the mail server answered 550 to RCPT: 5.1.1 <this reader> unknown here"


@pytest.mark.parametrize(
    "address",
    [
        "", "reader", "a@b@c", "a b@example.org", "a@example.org\r\nRCPT TO:<x@example.net>", "a@-",
        "é@example.org", "a@" + "b" * 300, "<a@example.org>", "a..b@example.org", "a@ex\x00ample.org",
        "a@\u2028.example",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_before_the_server_hears_of_it(tmp_path, address):
    with (
        serving() as server,
        open_channel("smtp", config(server.port), tmp_path) as channel,
        pytest.raises(DeliveryError) as refusal,
    ):
        channel.send(replace(MESSAGE, address=address))
    assert not refusal.value.retryable
    assert server.accepted == []


def test_an_international_domain_goes_in_its_ascii_form(tmp_path):
    with serving() as server, open_channel("smtp", config(server.port), tmp_path) as channel:
        channel.send(replace(MESSAGE, address="reader@bücher.example"))
    assert server.accepted[0][1] == ["reader@xn--bcher-kva.example"]


def test_an_international_address_does_not_reach_the_log_in_either_form(tmp_path):
    refuse = {"RCPT": "550 <reader@xn--bcher-kva.example> unknown"}
    with (
        serving(refuse=refuse) as server,
        open_channel("smtp", config(server.port), tmp_path) as channel,
        pytest.raises(DeliveryError, match="<this reader> unknown"),
    ):
        channel.send(replace(MESSAGE, address="reader@bücher.example"))


def test_an_address_of_254_characters_is_taken():
    longest = "a" * 64 + "@" + "b" * 189
    assert len(longest) == 254
    assert wire_address(longest) == longest
    with pytest.raises(ValueError, match="longer than 254"):
        wire_address("a" * 64 + "@" + "b" * 190)


@given(st.text())
def test_no_address_is_more_than_one_plain_line(text):
    try:
        wire = wire_address(text)
    except ValueError:
        return
    assert wire.isascii()
    assert wire.isprintable()
    assert not set(wire) & set(' <>,;:"()[]\\')
    assert wire.count("@") == 1


def test_the_folder_keeps_a_message_that_a_mail_client_opens(tmp_path):
    with open_channel("folder", AlertConfig(), tmp_path) as channel:
        channel.send(MESSAGE)
        channel.send(MESSAGE)  # the same again: one file
        channel.send(replace(MESSAGE, message_id="<k2@watch.example.org>"))
    files = sorted((tmp_path / "outbox").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert files[0].read_bytes() == CONTENT
    assert email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)["subject"] == "x"
    assert files[0].stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "outbox").write_text("a file stands where the folder should")
    with FolderChannel(AlertConfig(), tmp_path) as channel, pytest.raises(DeliveryError) as refusal:
        channel.send(MESSAGE)
    assert refusal.value.retryable


def test_a_message_cut_off_while_it_is_written_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        FolderChannel(AlertConfig(), tmp_path) as channel,
        pytest.raises(DeliveryError, match="No space left"),
    ):
        channel.send(MESSAGE)
    assert list((tmp_path / "outbox").iterdir()) == []


@given(st.text(), st.text())
def test_every_message_has_its_own_safe_file_name(one, other):
    name = file_name(one)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert len(name) < 100
    assert (name == file_name(other)) == (one == other)


def test_an_unknown_channel_is_refused_with_the_names_there_are(tmp_path):
    with pytest.raises(ConfigError, match="no channel 'pigeon'; there are: apprise, folder, smtp, webhook"):
        open_channel("pigeon", AlertConfig(), tmp_path)


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_in_the_table_can_be_opened_or_says_what_it_needs(name, tmp_path):
    if name == "apprise" and importlib.util.find_spec("apprise") is None:
        with pytest.raises(ConfigError, match=r"paperwatch\[notify\]"):
            open_channel(name, config(25), tmp_path)
        return
    with open_channel(name, config(25), tmp_path) as channel:
        assert callable(channel.send)


@pytest.mark.parametrize(
    ("drop", "uncertain"), [("EHLO", False), ("MAIL", False), ("RCPT", False), ("DATA", True), ("DOT", True)]
)
def test_only_a_message_lost_while_it_was_handed_over_may_have_been_taken(tmp_path, drop, uncertain):
    with (
        serving(drop=drop) as server,
        open_channel("smtp", config(server.port), tmp_path) as channel,
        pytest.raises(DeliveryError) as lost,
    ):
        channel.send(MESSAGE)
    assert (lost.value.retryable, lost.value.uncertain) == (True, uncertain)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (204, None),
        (302, True),
        (404, False),
        (410, False),
        (413, True),
        (429, True),
        (500, True),
    ],
)
def test_a_webhook_gets_the_message_as_json_and_its_answer_is_understood(
    httpserver, tmp_path, status, outcome
):
    hook = replace(MESSAGE, address=httpserver.url_for("/hook?key=secret"))
    httpserver.expect_request("/hook", method="POST").respond_with_data("", status=status)
    with open_channel("webhook", INWARD, tmp_path) as channel:
        if outcome is None:
            channel.send(hook)
        else:
            with pytest.raises(DeliveryError) as refusal:
                channel.send(hook)
            assert refusal.value.retryable is outcome
            assert refusal.value.content is (status == 413)
            assert "secret" not in str(refusal.value)
    ((request, _),) = httpserver.log
    assert request.json == {
        "message_id": "<k1@watch.example.org>",
        "subject": "x",
        "text": "One line.\n.A dot first.\n",
        "html": "",
    }
    assert request.headers["Idempotency-Key"] == "<k1@watch.example.org>"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "https://",
        "ftp://a.example/",
        "reader@a.example",
        "http://[::1",
        "http://a.example:x/",
    ],
)
def test_a_webhook_goes_to_the_web_only(tmp_path, address):
    with (
        open_channel("webhook", INWARD, tmp_path) as channel,
        pytest.raises(DeliveryError) as refusal,
    ):
        channel.send(replace(MESSAGE, address=address))
    assert not refusal.value.retryable


def test_a_webhook_that_is_not_there_is_tried_again(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with (
            open_channel("webhook", INWARD, tmp_path) as channel,
            pytest.raises(DeliveryError) as lost,
        ):
            channel.send(replace(MESSAGE, address=closed))
    assert (lost.value.retryable, lost.value.uncertain) == (True, False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False), ("127.8.8.8", False), ("0.0.0.0", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("198.18.0.1", False), ("192.0.2.1", False), ("224.0.0.1", False), ("240.0.0.1", False),
        ("255.255.255.255", False), ("::", False), ("::1", False), ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False), ("fd00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_of_the_open_internet(address, public):
    assert is_inside_address(ip_address(address.partition("%")[0])) is not public


@pytest.mark.parametrize(
    ("host", "retryable"),
    [("127.0.0.1", False), ("localhost", True), ("127.1", True), ("2130706433", True), ("0x7f000001", True)],
)
def test_a_webhook_does_not_reach_into_the_house(httpserver, tmp_path, host, retryable):
    httpserver.expect_request("/hook").respond_with_data("")
    hook = replace(MESSAGE, address=f"http://{host}:{httpserver.port}/hook?key=secret")
    with (
        open_channel("webhook", AlertConfig(), tmp_path) as channel,
        pytest.raises(DeliveryError, match="webhooks_to_private_addresses") as refusal,
    ):
        channel.send(hook)
    assert (refusal.value.retryable, refusal.value.uncertain) == (retryable, False)
    assert "secret" not in str(refusal.value)
    assert httpserver.log == []


def resolving(monkeypatch, port, *answers):
    """No name here has two addresses, or another one the next time it is asked: the answers are made up."""
    asked = []

    def resolve(host, wanted, **_):
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in answers[len(asked) - 1]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_one_address_within_is_one_too_many(httpserver, tmp_path, monkeypatch):
    resolving(monkeypatch, httpserver.port, ["8.8.8.8", "127.0.0.1"])
    with (
        open_channel("webhook", AlertConfig(), tmp_path) as channel,
        pytest.raises(DeliveryError, match="private network"),
    ):
        channel.send(replace(MESSAGE, address="http://both.example/"))
    assert httpserver.log == []


def test_a_name_is_asked_once_so_that_it_cannot_change_its_mind(httpserver, tmp_path, monkeypatch):
    httpserver.expect_request("/hook").respond_with_data("")
    asked = resolving(monkeypatch, httpserver.port, ["127.0.0.1"], ["203.0.113.1"])
    with open_channel("webhook", INWARD, tmp_path) as channel:
        channel.send(replace(MESSAGE, address=f"http://turn.example:{httpserver.port}/hook"))
    assert asked == ["turn.example"]
    ((request, _),) = httpserver.log
    assert request.headers["Host"] == f"turn.example:{httpserver.port}"


def test_the_next_address_is_tried_where_one_does_not_answer(httpserver, tmp_path, monkeypatch):
    httpserver.expect_request("/hook").respond_with_data("")
    resolving(monkeypatch, httpserver.port, ["127.0.0.2", "127.0.0.1"])  # the server listens on the second
    with open_channel("webhook", INWARD, tmp_path) as channel:
        channel.send(replace(MESSAGE, address="http://two.example/hook"))
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("trusted", [True, False])
def test_a_webhook_over_tls_is_asked_for_its_certificate(tmp_path, certificate, monkeypatch, trusted):
    path, context = certificate
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server:
        server.expect_request("/hook").respond_with_data("")
        hook = replace(MESSAGE, address=server.url_for("/hook"))
        assert hook.address.startswith("https://")
        with open_channel("webhook", INWARD, tmp_path) as channel:
            if trusted:
                channel.send(hook)
            else:
                with pytest.raises(DeliveryError, match="SSLCertVerificationError") as lost:
                    channel.send(hook)
                assert (lost.value.retryable, lost.value.uncertain) == (True, False)
        assert len(server.log) == trusted


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    ("begun", "accepted"), [(b"HTTP/1.1 2", False), (b"HTTP/1.1 200 OK\r\nX-Long: ", True)]
)
def test_a_webhook_that_drips_is_left_when_the_time_is_up(
    tmp_path, certificate, monkeypatch, secure, begun, accepted
):
    """One digit at a time, for ever: no read of it takes long."""
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setattr("alerts.channels.webhook.TIMEOUT", 0.5)
    stop = threading.Event()

    def serve(listener):
        line, _ = listener.accept()
        with suppress(OSError), context.wrap_socket(line, server_side=True) if secure else line as talk:
            talk.sendall(begun)
            while not stop.wait(0.05):
                talk.sendall(b"0")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener])
        thread.start()
        began = time.monotonic()
        hook = replace(MESSAGE, address=f"http{'s' * secure}://127.0.0.1:{listener.getsockname()[1]}/")
        with open_channel("webhook", INWARD, tmp_path) as channel:
            if accepted:
                channel.send(hook)
            else:
                with pytest.raises(DeliveryError) as lost:
                    channel.send(hook)
                assert (lost.value.retryable, lost.value.uncertain) == (True, True)
        took = time.monotonic() - began
        stop.set()
        thread.join()
    assert 0.4 < took < 3


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ({"sendr": "a@example.org"}, "unknown field `sendr`"),
        ({"channel": "smtp"}, "no table"),
        ({"sender": "nobody"}, "not one that mail can be sent to"),
        ({"base_url": "javascript:alert(1)"}, "base_url"),
        ({"base_url": "https://a.example/?x=1"}, "base_url"),
        ({"base_url": "https://a.example:port/"}, "base_url"),
        ({"list_id": "a b\r\nBcc: c"}, "list_id"),
        ({"entries_shown": 0}, "entries_shown"),
        ({"smtp": {"host": ""}}, "smtp.host"),
        ({"smtp": {"host": "mail.example", "password": "x"}}, "unknown field `password`"),
        ({"smtp": {"host": "mail.example", "security": "none", "username": "u"}}, "never travels in clear"),
        ({"smtp": {"host": "mail.example", "security": "ssl"}}, "security"),
        ({"smtp": {"host": "mail.example", "port": 0}}, "port"),
    ],
)
def test_a_wrong_setting_is_named(table, fault):
    with pytest.raises(ConfigError, match=fault):
        parse(table)


def test_a_password_comes_from_a_file_or_a_variable_and_its_absence_is_said(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n")
    smtp = Smtp(host="mail.example", username="u")
    assert smtp.password({"PAPERWATCH_SMTP_PASSWORD": PASSWORD}) == PASSWORD
    assert msgspec.structs.replace(smtp, password_file=str(secret)).password({}) == PASSWORD
    with pytest.raises(ConfigError, match="set PAPERWATCH_SMTP_PASSWORD"):
        smtp.password({})
    with pytest.raises(ConfigError, match="must be ASCII") as refusal:
        smtp.password({"PAPERWATCH_SMTP_PASSWORD": "pässword"})
    assert "ä" not in str(refusal.value)
    with pytest.raises(ConfigError, match="password_file cannot be read"):
        msgspec.structs.replace(smtp, password_file=str(tmp_path / "none")).password({})


def test_smtp_without_its_table_or_its_certificates_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"alerts\.smtp"):
        open_channel("smtp", AlertConfig(), tmp_path)
    with pytest.raises(ConfigError, match="ca_file"):
        open_channel("smtp", config(25, ca_file=str(tmp_path / "none")), tmp_path)
