"""Bounces in the shapes that mail servers write them, in words of our own."""

from __future__ import annotations

READER = "reader@example.org"
OURS = f"<{'a1' * 20}@papers.example>"


def standard(
    status="5.1.1",
    diagnostic="smtp; 550 5.1.1 <reader@example.org>: no such mailbox (in reply to RCPT TO command)",
    *,
    action="failed",
    recipient=READER,
    original="",
    ours=OURS,
    returned="message/rfc822",
    date="Sun, 29 Nov 2026 09:00:00 +0000",
    to="digests@papers.example",
    text="We are sorry: one of your messages could not be handed over.",
):
    """RFC 3464, as Postfix and Exim write it."""
    copy = f"Date: Sun, 29 Nov 2026 08:59:00 +0000\nMessage-ID: {ours}\nSubject: Two new mentions\n"
    fields = [f"Original-Recipient: rfc822;{original}"] if original else []
    fields += [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    fields += [f"Diagnostic-Code: {diagnostic}"] if diagnostic else []
    return _mail(f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: {to}
Date: {date}
Subject: Undelivered
Message-ID: <bounce-1@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b0"

--b0
Content-Type: text/plain; charset=us-ascii

{text}

--b0
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 29 Nov 2026 08:59:30 +0000

{chr(10).join(fields)}

--b0
Content-Type: {returned}

{copy}
Two mentions.
--b0--
""")


def qmail(said="Sorry, no mailbox here by that name. (#5.1.1)", *, reader=READER, ours=OURS):
    return _mail(f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: digests@papers.example
Subject: failure notice

Hello. This is the mail program at mx.example.net.
Your message did not reach the addresses below, and is given up.

<{reader}>:
{said}

--- Below this line is a copy of the message.

Return-Path: <digests@papers.example>
Message-ID: {ours}
Subject: Two new mentions

Two mentions.
""")


def exim(said="550 5.1.1 unknown user", *, reader=READER, ours=OURS):
    return _mail(f"""\
Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
X-Failed-Recipients: {reader}
To: digests@papers.example
Subject: Mail delivery failed

This was written by a mail program. A message of yours could not be delivered:

  {reader}
    host mail.example.org [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{reader}>:
    {said}

------ This is a copy of your message, including all the headers. ------

Message-ID: {ours}
Subject: Two new mentions

Two mentions.
""")


def exchange(said="#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found ##", *, reader=READER):
    """HTML for people, with what administrators need beneath, and the headers of ours as an attachment."""
    return _mail(f"""\
From: postmaster@exchange.example.net
To: digests@papers.example
Subject: Undeliverable: Two new mentions
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/html; charset=utf-8

<html><body><p>Your message to <a href="mailto:{reader}">{reader}</a> was not delivered.</p>
<p>Diagnostic information:</p><p>{reader}<br>Remote server returned '{said}'</p></body></html>
--b1
Content-Type: text/rfc822-headers

Message-ID: {OURS}
Subject: Two new mentions
--b1--
""")


def holiday():
    """No bounce: a reader is away, and their program names our message as every answer does."""
    return _mail(f"""\
Return-Path: <>
From: A Reader <{READER}>
To: digests@papers.example
Subject: Away until Monday
Auto-Submitted: auto-replied
In-Reply-To: {OURS}
References: {OURS}

I am away. In 550 words: write to my colleague, user unknown to you.
""")


def _mail(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()
