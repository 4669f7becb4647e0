"""Pages that are where another was asked for, to keep robots out: one table for every platform.

Some marks are those of the wall itself. Others are scripts that ordinary pages of a guarded site carry as
well; they are a wall's where the page says hardly anything else.
"""

from __future__ import annotations

import re

_LOOKED_AT = 16_384  # bytes: walls say what they are near their top
_WALLS: dict[str, tuple[bytes, ...]] = {
    "Cloudflare": (
        b"<title>just a moment...</title>",
        b"<title>attention required! | cloudflare</title>",
        b"_cf_chl_opt",
        b"cf_chl_",
        b"cf-challenge",
    ),
    "Imperva Incapsula": (b"incapsula incident id", b"request unsuccessful. incapsula"),
    "Imperva": (b"pardon our interruption", b"additional security check is required"),
    "DataDome": (b"captcha-delivery.com",),
    "Sucuri": (b"sucuri website firewall", b"sucuri_cloudproxy_js"),
    "PerimeterX": (b"px-captcha",),
    "F5": (b"the requested url was rejected. please consult with your administrator",),
    "Radware": (b"radware bot manager",),
    "Akamai": (b"errors.edgesuite.net", b"<title>access denied</title></head><body><h1>access denied</h1>"),
    "Vercel": (b"vercel security checkpoint",),
    "Anubis": (b"making sure you're not a bot", b"making sure you&#39;re not a bot", b"techaro.lol-anubis"),
    "DDoS-Guard": (b"<title>ddos-guard</title>", b"check.ddos-guard.net"),
    "a bot check": (
        b"<title>bot verification</title>",
        b"verifying that you are not a robot",
        b"<title>human verification</title>",
        b"checking your browser before accessing",
        b"please verify you are a human",
        b"verify that you are human",
    ),
}
_GUARDS: dict[str, tuple[bytes, ...]] = {
    "Cloudflare": (b"/cdn-cgi/challenge-platform/",),
    "Imperva Incapsula": (b"_incapsula_resource",),
    "Amazon WAF": (b"awswaf.com/", b"aws-waf-token"),
    "PerimeterX": (b"_pxappid",),
    "Radware": (b"perfdrive.com",),
    "hCaptcha": (b"hcaptcha.com", b"h-captcha"),
    "reCAPTCHA": (b"google.com/recaptcha", b"recaptcha.net", b"g-recaptcha"),
    "Cloudflare Turnstile": (b"challenges.cloudflare.com",),
}
_HARDLY_ANY = 60  # words
_NOT_WORDS = re.compile(
    rb"<(script|style|noscript|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE
)


def bot_wall(body: bytes) -> str:
    """Who put a challenge in the place of the page, "" where nobody did."""
    head = body[:_LOOKED_AT].lower()
    if who := _marked(head, _WALLS):
        return who
    who = _marked(head, _GUARDS)
    return who if who and word_count(body) < _HARDLY_ANY else ""


def word_count(body: bytes) -> int:
    """How many words the beginning of a page shows."""
    return len(_NOT_WORDS.sub(b" ", body[: 4 * _LOOKED_AT]).split())


def _marked(head: bytes, table: dict[str, tuple[bytes, ...]]) -> str:
    return next((who for who, marks in table.items() if any(mark in head for mark in marks)), "")
