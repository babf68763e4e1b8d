"""Imports that are killed, that run at the same time, and that run while people read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.config import Settings
from outreach.core.db import db
from outreach.labels.models import ImportRun, Registration
from tests.conftest import ROOT
from tests.labels.imports.registers import filings, write

ROWS = 5_000
MOMENTS = {"sqlite": 12, "postgresql": 6}


def environment(settings: Settings) -> dict[str, str]:
    """The environment of another process of the same site."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    return {
        **kept,
        "OUTREACH_DATA_DIR": settings.data_dir,
        "OUTREACH_DATABASE_URL": settings.database_url,
        "OUTREACH_SECRET_KEY": settings.secret_key,
        "OUTREACH_LOG_LEVEL": "ERROR",
    }


def start(settings: Settings, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", *words],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def start_import(settings: Settings, path: Path) -> subprocess.Popen[str]:
    return start(settings, "flask", "--app", "app", "labels", "import", str(path), "--source", "cn-waterlabel")


def count(app: Flask, column: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(column))) or 0


@pytest.mark.slow
def test_i01_a_killed_import_leaves_the_state_before_or_after_and_the_next_one_completes(
    site: Flask, site_settings: Settings, tmp_path: Path, backend: str
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    numbers = (str(MOMENTS[backend]), str(ROWS), "2026")
    process = start(site_settings, "tests.labels.imports.crashing", str(files), *numbers)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    *moments, last = map(json.loads, out.splitlines())
    assert len(moments) == MOMENTS[backend]
    assert sum(moment["was_killed"] for moment in moments) >= len(moments) // 3
    for moment in moments:
        is_after = moment["runs"] == moment["runs_before"] + 1
        assert moment["is_before"] is not is_after
        check_whole(moment)
    assert (last["exit"], last["index_differences"]) == (0, 0)
    check_whole(last)


def check_whole(found: dict[str, Any]) -> None:
    """Nothing of an import may be there without the rest of it."""
    assert found["rows_of_newest_run"] == ROWS
    assert found["on_newest_run"] == ROWS
    assert found["values_fit"]
    assert found["all_have_events"]
    assert found.get("integrity", "ok") == "ok"
    assert found.get("foreign_keys", True)


def test_i02_two_imports_of_the_same_file_at_once_make_one(
    site: Flask, site_settings: Settings, tmp_path: Path
) -> None:
    path = write(tmp_path / "r.csv", filings(1_000))
    processes = [start_import(site_settings, path) for _number in range(2)]
    answers = [process.communicate(timeout=120) for process in processes]
    assert all("Traceback" not in err for _out, err in answers)
    codes = [process.returncode for process in processes]
    assert 0 in codes
    for code, (out, err) in zip(codes, answers, strict=True):
        assert code == 0 or "另一个导入正在进行" in err
        assert code != 0 or "新增 1000" in out or "什么都没有写入" in out
    assert (count(site, ImportRun.id), count(site, Registration.id)) == (1, 1_000)


def test_i05_people_read_undisturbed_while_an_import_runs(site: Flask, site_settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", filings(ROWS))
    process = start_import(site_settings, path)
    seen, waits = set(), []
    while process.poll() is None:
        started = time.perf_counter()
        seen.add(count(site, Registration.id))
        waits.append(time.perf_counter() - started)
        time.sleep(0.01)
    _out, err = process.communicate()
    assert process.returncode == 0, err
    seen.add(count(site, Registration.id))
    assert seen == {0, ROWS}
    assert max(waits) < 2
