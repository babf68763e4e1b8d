"""Imports of batch lists that are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from outreach.config import Settings
from tests.conftest import ROOT
from tests.counties.imports.crashing_lists import ASKED, NAMED

MOMENTS = {"sqlite": 10, "postgresql": 6}


@pytest.mark.slow
def test_i01_a_killed_import_leaves_the_state_before_or_after_and_the_next_one_completes(
    site: Flask, site_settings: Settings, tmp_path: Path, backend: str
) -> None:
    assert site
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    process = subprocess.run(
        [
            *(sys.executable, "-X", "utf8", "-m", "tests.counties.imports.crashing_lists"),
            *(str(tmp_path), str(MOMENTS[backend]), "2026"),
        ],
        cwd=ROOT,
        env={
            **kept,
            "OUTREACH_DATA_DIR": site_settings.data_dir,
            "OUTREACH_DATABASE_URL": site_settings.database_url,
            "OUTREACH_SECRET_KEY": site_settings.secret_key,
            "OUTREACH_LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert process.returncode == 0, process.stderr
    *moments, last = map(json.loads, process.stdout.splitlines())
    assert len(moments) == MOMENTS[backend]
    assert sum(moment["was_killed"] for moment in moments) >= len(moments) // 3
    for moment in moments:
        assert moment["is_before"] is not (moment["runs"] == moment["runs_before"] + 1)
        check_whole(moment)
    assert last["exit"] == 0
    check_whole(last)


def check_whole(found: dict[str, Any]) -> None:
    """Nothing of an import may be there without the rest of it."""
    runs = found["runs"]
    assert (found["events"], found["reviews"], found["batches"]) == (NAMED * runs, ASKED * runs, runs)
