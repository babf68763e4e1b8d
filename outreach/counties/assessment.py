"""The scoring table in use: the operator's own where there is one, else the one that comes with the site."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask, current_app

from outreach.config import Settings
from outreach.core.start_faults import add_start_fault
from outreach.counties.imports.assessment_files import OUR_FOLDER, read_table
from outreach.counties.imports.assessment_specs import AssessmentTableInvalid
from outreach.counties.rules.assessment_table import Table
from outreach.counties.wording_assessment import table_fault_sentence

TABLE: Final = "assessment_table"
#: Folder in the data folder that is looked for when no setting names one.
OWN_FOLDER: Final = "assessment"


def folder_of(settings: Settings) -> Path:
    """Where the table is read from."""
    if settings.assessment_dir:
        return Path(settings.assessment_dir).resolve()
    own = settings.data_path / OWN_FOLDER
    return own if own.is_dir() else OUR_FOLDER


def init_app(app: Flask) -> None:
    """Read the table once. A faulty one keeps the site from being served, with one line for the first fault."""
    folder = folder_of(app.config["SETTINGS"])
    try:
        app.extensions[TABLE] = read_table(folder)
    except AssessmentTableInvalid as invalid:
        with app.app_context():
            sentence = table_fault_sentence(invalid.faults[0])
        more = f" (+{len(invalid.faults) - 1})" if len(invalid.faults) > 1 else ""
        add_start_fault(app, f"OUTREACH_ASSESSMENT_DIR {folder}: {sentence}{more} — flask counties assessment check")
        app.extensions[TABLE] = read_table(OUR_FOLDER)  # for commands that need any


def current_table() -> Table:
    """The table of this application."""
    table: Table = current_app.extensions[TABLE]
    return table
