"""What a mail says of a message that came back: by the standard, in plain words, and what is no bounce."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.bounces import return_path
from alerts.bounces.codes import kind_of_failure
from alerts.bounces.reports import MOST_BYTES, read
from pipeline.bounces import BounceKind
from tests.alerts import bounce_mails as mails

DOMAIN, READER, OURS = "papers.example", mails.READER, mails.OURS
HARD, SOFT, CONTENT = BounceKind.HARD, BounceKind.SOFT, BounceKind.CONTENT


def bounce(mail, address=READER, returns_to=""):
    report = read(mail, DOMAIN, returns_to)
    return report and next(filter(None, (report.of(each, address) for each in report.message_ids)), None)


SHAPES = {
    "by the standard": mails.standard(),
    "headers alone": mails.standard(returned="text/rfc822-headers"),
    "qmail": mails.qmail(),
    "Exim": mails.exim(),
    "Exchange": mails.exchange(),
    "in capitals": mails.standard(recipient=READER.upper()),
    "a reader's address that was sent on, and says so": mails.standard(
        recipient="other@example.net", original=READER
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_bounce_of_every_shape_is_of_our_message_to_its_reader(shape):
    found = bounce(SHAPES[shape])
    assert found is not None
    assert (found.message_id, found.kind) == (OURS, HARD)
    assert READER not in found.said.lower()
    assert found.said


NO_BOUNCES = {
    "a notice of absence": mails.holiday(),
    "a delay": mails.standard("4.4.1", "smtp; no answer", action="delayed"),
    "a receipt": mails.standard("2.0.0", "", action="delivered"),
    "nothing": b"",
    "no mail": b"\x00\xff" * 5_000,
    "an answer that quotes a bounce": mails.qmail().replace(b"MAILER-DAEMON@", b"someone@").replace(
        b"Return-Path: <>\r\n", b"", 1
    ),
    "a report of spam": mails.standard().replace(b"=delivery-status", b"=feedback-report"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_BOUNCES)
def test_what_is_no_bounce_is_none(kind):
    assert read(NO_BOUNCES[kind], DOMAIN) is None


@pytest.mark.parametrize(
    "mail",
    [
        mails.standard(recipient="someone.else@example.org"),
        mails.qmail(reader="someone.else@example.org"),
        mails.exim(reader="someone.else@example.org"),
        mails.standard(ours="<no-name-of-ours@papers.example>"),
        mails.standard(ours=f"<{'a1' * 20}@papers.example> x <{'b2' * 20}@papers.example>").replace(
            b"Message-ID: <a1", b"References: <a1"
        ),
    ],
)
def test_a_bounce_of_another_address_or_message_is_not_of_this_reader(mail):
    assert bounce(mail) is None


def test_our_message_id_in_what_a_person_wrote_proves_nothing():
    mail = mails.standard(ours="<x@elsewhere.example>").replace(
        b"We are sorry", b"References: " + OURS.encode() + b" We are sorry"
    )
    assert read(mail, DOMAIN).message_ids == ()


KINDS = [
    ("5.1.1", "smtp; 550 5.1.1 no such user", HARD),
    ("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound", HARD),
    ("5.1.6", "", HARD),
    ("5.2.1", "smtp; 550 5.2.1 mailbox disabled", HARD),
    ("5.1.0", "smtp; 550 unknown recipient", HARD),
    ("5.1.0", "smtp; 550 denied", SOFT),
    ("5.1.8", "smtp; 550 5.1.8 sender's domain not found", SOFT),
    ("5.0.0", "smtp; 550 user unknown", HARD),
    ("5.0.0", "smtp; 550 5.1.1 nobody", HARD),
    ("5.0.0", "smtp; 550 no thank you", SOFT),
    ("5.0.0", "smtp; 554 rejected as spam", CONTENT),
    ("5.0.0", "smtp; 550 user unknown (in reply to end of DATA command)", CONTENT),
    ("5.1.1", "smtp; 550 5.1.1 no (in reply to end of DATA command)", CONTENT),
    ("5.7.1", "smtp; 550 5.7.1 not allowed", CONTENT),
    ("5.7.26", "smtp; 550 5.7.26 unauthenticated", CONTENT),
    ("5.3.4", "smtp; 552 5.3.4 too big", CONTENT),
    ("5.6.0", "", CONTENT),
    ("5.2.3", "", CONTENT),
    ("5.2.2", "smtp; 552 5.2.2 mailbox full", SOFT),
    ("5.2.2", "smtp; 550 5.2.2 user unknown or over quota", SOFT),
    ("5.4.4", "X-Postfix; host not found", SOFT),
    ("5.4.7", "", SOFT),
    ("4.4.7", "smtp; 450 4.1.1 unknown user", SOFT),
    ("4.2.2", "", SOFT),
    ("", "smtp; 552 mailbox is full, user unknown", SOFT),
]


@pytest.mark.parametrize(("status", "said", "kind"), KINDS)
def test_hard_soft_and_content_are_told_apart(status, said, kind):
    assert bounce(mails.standard(status, said)).kind is kind


def test_at_which_verb_it_was_refused_may_stand_in_the_words_for_people_alone():
    """So Postfix has it: found with a real one (tests/soak)."""
    text = f"<{READER}>: host mx said: 550 5.1.1 user unknown (in reply to end of DATA command)"
    assert bounce(mails.standard("5.1.1", "smtp; 550 5.1.1 user unknown", text=text)).kind is CONTENT


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", HARD),
        ("The user does not exist", HARD),
        ("Mailbox quota exceeded", SOFT),
        ("I am not able to reach that host. (#4.4.1)", SOFT),
        ("192.0.2.5 failed after I sent the message: 552 Blocked for spam", CONTENT),
        ("Connected to 192.0.2.5 but greeting failed: 450 try later", SOFT),
    ],
)
def test_plain_words_are_read_with_care(said, kind):
    assert bounce(mails.qmail(said)).kind is kind


def test_words_that_say_nothing_of_a_failure_are_no_bounce():
    assert read(mails.qmail("Everything is fine."), DOMAIN) is None


def test_a_code_is_no_piece_of_an_address_or_a_version():
    assert kind_of_failure("", "host [5.1.1.7] of version 5.1.1.2 at 12:550 of 550 bytes") is None


def test_a_tagged_return_path_proves_it_without_a_copy():
    path = return_path.address(OURS, "bounces@papers.example")
    assert path == f"bounces+{'a1' * 20}@papers.example"
    mail = mails.standard(ours="<x@x.example>", to=path)
    assert bounce(mail, returns_to="bounces@papers.example").message_id == OURS
    assert bounce(mail) is None  # where no tag was ever given
    assert bounce(mail, "someone.else@example.org", "bounces@papers.example") is None
    assert bounce(mails.standard(ours="<x@x.example>", to=path.replace("@papers", "@other")),
                  returns_to="bounces@papers.example") is None  # fmt: skip


def test_a_tag_that_makes_the_address_too_long_is_left_out():
    long = f"{'b' * 30}@papers.example"
    assert return_path.address(OURS, long) == long
    assert (
        return_path.address("<not-ours@papers.example>", "bounces@papers.example") == "bounces@papers.example"
    )


def test_only_the_head_of_a_huge_mail_is_looked_at():
    huge = mails.standard().replace(b"We are sorry", b"x" * MOST_BYTES)
    assert read(huge, DOMAIN) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.integers(0, 1_200))
def test_no_mail_however_broken_ends_the_reading(noise, at):
    for mail in SHAPES.values():
        read(mail[:at] + noise + mail[at:], DOMAIN, "bounces@papers.example")
