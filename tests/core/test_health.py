"""Health: living is not readiness, strangers learn no detail, and numbers are for those who know the token."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from outreach.core import health
from outreach.core.metrics import METHODS, Metrics
from tests.sites import SiteMaker

TOKEN = "a-token-for-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def down(make_site: SiteMaker) -> Flask:
    return make_site(database_url="postgresql://127.0.0.1:1/x", metrics_token=TOKEN)


def test_o09_a_site_without_its_database_lives_and_is_not_ready(down: Flask) -> None:
    client = down.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"


def test_o09_living_is_told_without_asking_the_database(down: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    down.test_client().get("/healthz")
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert "request_finished" in events
    assert "index_keeper_failed" not in events


def test_o09_only_the_token_is_told_which_part_fails(down: Flask) -> None:
    client = down.test_client()
    assert "schema" not in client.get("/readyz").text
    assert client.get("/readyz", headers=BEARER).get_json()["failed"] == ["schema"]


def test_a_part_of_the_site_can_make_readiness_depend_on_it(make_site: SiteMaker) -> None:
    site = make_site()
    health.add_check(site, "part", lambda: False)
    with site.app_context():
        assert "part" in health.failures()


def test_metrics_are_hidden_without_a_token_and_when_none_is_set(down: Flask, make_site: SiteMaker) -> None:
    assert down.test_client().get("/metrics").status_code == 404
    assert down.test_client().get("/metrics", headers={"Authorization": "Bearer \u2028"}).status_code == 404
    assert down.test_client().get("/metrics", headers=BEARER).status_code == 200
    assert make_site().test_client().get("/metrics", headers=BEARER).status_code == 404


def test_metrics_count_by_endpoint_and_do_not_grow_with_what_visitors_invent() -> None:
    metrics = Metrics()
    for number in range(50):
        metrics.observe("site.home", f"METHOD{number}", 405, 0.01)
    metrics.observe("site.home", "GET", 200, 0.02)
    text = metrics.text().decode()
    assert 'outreach_requests_total{endpoint="site.home",method="other",status="405"} 50.0' in text
    assert 'outreach_request_seconds_count{endpoint="site.home"} 51.0' in text
    assert {"GET", "HEAD", "POST"} <= METHODS


def test_o12_a_path_never_becomes_a_label(down: Flask) -> None:
    client = down.test_client()
    client.get("/call-13812345678")
    text = client.get("/metrics", headers=BEARER).text
    assert "13812345678" not in text
    assert 'endpoint="none"' in text
