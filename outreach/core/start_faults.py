"""Faults that keep a site from being served, but not the commands that tell more about them.

``flask …`` loads the whole application before it knows the command, so a fault of data that a setting names must not
end it there: serving refuses, and so does every other way of starting.
"""

from __future__ import annotations

import os

from flask import Flask

from outreach.config import SettingsError

_FAULTS = "start_faults"


def add_start_fault(app: Flask, sentence: str) -> None:
    """Keep the site from being served, for the reason that ``sentence`` gives in one line."""
    app.extensions.setdefault(_FAULTS, []).append(sentence)


def is_command() -> bool:
    """Whether this process is a ``flask …`` command."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def refuse_start_faults(app: Flask) -> None:
    """Raise ``SettingsError`` with the first fault, when there is one."""
    for sentence in app.extensions.get(_FAULTS, ()):
        raise SettingsError(sentence)
