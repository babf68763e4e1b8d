"""Plugging the log into an application: its keys, and the anchors in the process's own log."""

from __future__ import annotations

import structlog
from flask import Flask

from outreach.config import Settings
from outreach.core.audit.chain import Keyring
from outreach.core.audit.reading import find_head
from outreach.core.chores import chores
from outreach.core.search.pending import snapshot

#: Event of the structured log that holds number and hash of the head, for a log that is kept outside.
AUDIT_HEAD = "audit_head"
ANCHOR_SECONDS = 3600.0

log = structlog.get_logger("outreach.audit")


def keyring(settings: Settings) -> Keyring:
    """The keys of ``OUTREACH_AUDIT_KEY`` in their order; the secret key's own verifies, or seals when it is alone."""
    return Keyring.of([*(key.strip() for key in settings.audit_key.split(",")), settings.secret_key])


def log_head() -> None:
    """Write the head into the structured log: an anchor outside of the database."""
    with snapshot() as session:
        head = find_head(session)
        log.info(AUDIT_HEAD, number=head.number, hash=head.hash)


def init_app(app: Flask) -> None:
    chores(app).add("audit anchor", log_head, ANCHOR_SECONDS)
    app.extensions["audit_keys"] = keyring(app.config["SETTINGS"])
