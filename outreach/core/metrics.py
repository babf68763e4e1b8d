"""``/metrics``: counts and times of requests, for whoever knows the token; for others the address does not exist."""

from __future__ import annotations

import hmac
import os

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from outreach.config import Settings

#: Others are counted together: a label must not grow with what visitors make up.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Folder that several processes share their numbers through; prometheus-client reads the same name.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

blueprint = Blueprint("metrics", __name__)


class Metrics:
    """The numbers of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "outreach_requests", "Finished requests", ("endpoint", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "outreach_request_seconds",
            "Time until the first byte of the answer",
            ("endpoint",),
            buckets=SECONDS_BUCKETS,
            registry=self.registry,
        )

        self.index_lag = Gauge(
            "outreach_index_lag_seconds",
            "Age of the oldest change that the text index has not seen",
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )

    def observe(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        self.requests.labels(endpoint, method if method in METHODS else "other", str(status)).inc()
        self.seconds.labels(endpoint).observe(seconds)

    def text(self) -> bytes:
        """The numbers of all processes that share the folder, or of this one."""
        registry = self.registry
        if SHARED_FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
        return generate_latest(registry)


def has_token() -> bool:
    """Whether the request carries the token of the settings. Nobody does when none is set."""
    settings: Settings = current_app.config["SETTINGS"]
    given = request.headers.get("Authorization", "").encode()
    return bool(settings.metrics_token) and hmac.compare_digest(given, f"Bearer {settings.metrics_token}".encode())


@blueprint.get("/metrics")
def metrics() -> Response:
    if not has_token():
        abort(404)
    found: Metrics = current_app.extensions["metrics"]
    return Response(found.text(), content_type=CONTENT_TYPE_LATEST)


def init_app(app: Flask) -> Metrics:
    app.extensions["metrics"] = Metrics()
    app.register_blueprint(blueprint)
    return app.extensions["metrics"]  # type: ignore[no-any-return]  # put there a line above
