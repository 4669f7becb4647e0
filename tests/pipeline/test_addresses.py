"""Addresses of the web: which may be followed, served and named."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from pipeline.addresses import is_inside_address, is_site, safe, version_named


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        (" https://vale.example/a b.pdf ", "https://vale.example/a%20b.pdf"),
        ("http://vale.example/?q=1&r=%20#p", "http://vale.example/?q=1&r=%20#p"),
        ("javascript:alert(1)", ""),
        ("https:///nowhere", ""),
        ("https://[vale", ""),
        ("/papers/1", ""),
        ("https://vale.example/" + "a" * 3000, ""),
    ],
)
def test_only_an_address_of_the_web_is_followed(url: str, followed: str):
    assert safe(url) == followed


@pytest.mark.parametrize(
    ("url", "may_be"),
    [
        ("https://archive.example.org", True),
        ("http://127.0.0.1:8000/papers", True),
        ("https://archive.example.org:0", False),
        ("https://archive.example.org:x", False),
        ("https://me@archive.example.org", False),
        ("https://archive.example.org/?a", False),
        ("https://arch ive.example.org", False),
        ("https://b\u00fccher.example", False),
        ("ftp://archive.example.org", False),
        ("https://", False),
    ],
)
def test_where_a_site_may_be_served(url: str, *, may_be: bool):
    assert is_site(url) is may_be


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("224.0.0.1", True),
        ("8.8.8.8", False),
        ("2606:4700::1", False),
        ("::1", True),
        ("::ffff:10.1.2.3", True),  # an older address in a newer one's clothes
        ("64:ff9b::a01:203", True),
        ("64:ff9b::808:808", False),
        ("2002:a01:203::1", True),
        ("2001:0:4136:e378:8000:63bf:f5fe:fdfc", True),  # Teredo for 10.1.2.3
    ],
)
def test_an_address_inside_a_network_is_known_in_every_form(address: str, *, is_inside: bool):
    assert is_inside_address(ip_address(address)) is is_inside


HELD = ["ab" * 32, "abab" + "c" * 60]


@pytest.mark.parametrize(
    ("asked", "named"), [(HELD[0], HELD[0]), (HELD[1][:12], HELD[1]), ("abab", ""), ("d" * 12, ""), ("", "")]
)
def test_a_version_is_named_by_enough_of_its_digits(asked: str, named: str):
    assert version_named(asked, HELD) == named
    assert version_named(HELD[0][:12], [HELD[0], HELD[0]]) == HELD[0]
    assert version_named("a" * 12, ["a" * 64, "a" * 63 + "b"]) == ""
