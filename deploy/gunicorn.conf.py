"""gunicorn in production: threads behind a buffering proxy (deploy/nginx.conf), never directly on the network."""

import os
import tempfile
from pathlib import Path

# Several workers share the numbers of /metrics through files in this folder.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="outreach-metrics-"))

bind = "0.0.0.0:8000"  # a container's own network; elsewhere GUNICORN_CMD_ARGS=--bind=127.0.0.1:8000
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 8
timeout = 30
graceful_timeout = 30
keepalive = 5
# A worker that is renewed under load drops the requests that wait in its connections: once in days, not in the hour of
# a contest.
max_requests = 500_000
max_requests_jitter = 100_000
limit_request_line = 0  # the proxy limits it: search words may be long
limit_request_fields = 60
forwarded_allow_ips = ""  # the application itself counts the proxies it trusts
errorlog = "-"
accesslog = None  # the application writes one JSON line a request
control_socket_disable = True
if Path(shared_memory := "/dev/shm").is_dir():  # noqa: S108  # only gunicorn's heartbeat, under a random name
    worker_tmp_dir = shared_memory  # the heartbeat must not wait for a disk


def post_worker_init(worker):
    """Do in each worker what ``flask serve`` does before serving."""
    from outreach.core import serving

    serving.begin(worker.wsgi)


def child_exit(_server, worker):
    """Take a dead worker's gauges out of the shared numbers."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
