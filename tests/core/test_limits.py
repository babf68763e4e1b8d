"""Rate limits: per visitor, and never the reason that the site is down."""

from __future__ import annotations

import os
import secrets
import socket
import time

import pytest
from flask import Flask

from outreach.core.limits import client_network, limiter
from tests.conftest import need
from tests.sites import SiteMaker


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_a_visitor_is_an_address_or_a_network_of_ipv6(app: Flask, address: str, network: str) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
        assert client_network() == network


def limited_site(make_site: SiteMaker, **settings: str) -> Flask:
    site = make_site(**settings)
    site.add_url_rule("/limited", "limited", limiter.limit("2/hour")(lambda: "fine"))
    site.add_url_rule("/free", "free", lambda: "fine")
    return site


def ask(site: Flask, path: str, address: str) -> int:
    return site.test_client().get(path, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_the_third_request_of_one_visitor_is_too_many_and_others_are_not_touched(make_site: SiteMaker) -> None:
    site = limited_site(make_site)
    assert [ask(site, "/limited", "2001:db8::1") for _number in range(3)] == [200, 200, 429]
    assert ask(site, "/limited", "2001:db8::2") == 429
    assert ask(site, "/limited", "2001:db8:0:1::1") == 200
    assert ask(site, "/free", "2001:db8::1") == 200


def test_without_redis_the_site_answers_and_counts_for_itself(make_site: SiteMaker) -> None:
    site = limited_site(make_site, redis_url="redis://127.0.0.1:1/0")
    assert [ask(site, "/limited", "198.51.100.9") for _number in range(3)] == [200, 200, 429]
    assert ask(site, "/free", "198.51.100.9") == 200


def test_processes_that_share_redis_share_the_count(make_site: SiteMaker) -> None:
    redis_url = os.environ.get("OUTREACH_TEST_REDIS_URL", "")
    need(redis_url, "OUTREACH_TEST_REDIS_URL is not set")
    address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    counts = []
    for site in (limited_site(make_site, redis_url=redis_url), limited_site(make_site, redis_url=redis_url)):
        counts += [ask(site, "/limited", address) for _turn in range(2)]
    assert counts == [200, 200, 429, 429]


def test_a_redis_that_hangs_costs_a_moment_and_no_answer(make_site: SiteMaker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = limited_site(make_site, redis_url=f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        started = time.monotonic()
        assert ask(site, "/limited", "198.51.100.10") == 200
        assert time.monotonic() - started < 5
