"""A site whose scoring table has faults: no start serves it, and the command that lists them works all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from outreach.config import EXIT_CONFIG
from outreach.counties.imports.assessment_files import OUR_FOLDER
from tests.conftest import ROOT
from tests.servers import free_port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table with two faults."""
    target = tmp_path / "table"
    target.mkdir()
    for path in OUR_FOLDER.iterdir():
        target.joinpath(path.name).write_bytes(path.read_bytes())
    for name, old, new in (("indicators.csv", "firms,carriers", "firms,karriers"), ("bonus.csv", "benchmarks,", ",")):
        path = target / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def run(folder: Path, tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {"OUTREACH_DATA_DIR": str(tmp_path / "data"), "OUTREACH_ASSESSMENT_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def flask(*words: str) -> tuple[str, ...]:
    return ("-m", "flask", "--app", "app", *words)


def test_the_command_lists_every_fault_of_the_table_that_the_site_would_use(folder: Path, tmp_path: Path) -> None:
    done = run(folder, tmp_path, *flask("counties", "assessment", "check"))
    assert done.returncode == 1, done.stderr
    assert "indicators.csv 第 9 行 列 class" in done.stderr
    assert "bonus.csv 第 2 行 列 code" in done.stderr
    assert "Traceback" not in done.stderr
    fine = run(folder, tmp_path, *flask("counties", "assessment", "check", str(OUR_FOLDER)))
    assert (fine.returncode, "14 / 20" in fine.stdout) == (0, True)


@pytest.mark.parametrize("words", [("-c", "import app"), flask("serve", "--port", "PORT")])
def test_no_start_serves_it(folder: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    given = [str(free_port()) if word == "PORT" else word for word in words]
    done = run(folder, tmp_path, *given)
    assert done.returncode == EXIT_CONFIG
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("outreach: OUTREACH_ASSESSMENT_DIR ")
    assert "bonus.csv 第 2 行 列 code" in line
    assert "(+1)" in line
    assert "Traceback" not in done.stderr
