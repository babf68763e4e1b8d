"""``flask quiz …`` as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result as Ran
from flask import Flask
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.quiz.actions.closing import submit
from outreach.quiz.formats.archives import packed, pictures_in
from outreach.quiz.models import Attempt, Contest, CountyStat, PopulationEdition
from outreach.quiz.rules.draw import DrawPlan, Prize
from tests.quiz import drawn, stage
from tests.quiz.questions import single


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """A site with a database of its own: commands commit."""
    site = create_app(Settings(data_dir=str(tmp_path)).checked())
    with site.app_context():
        Base.metadata.create_all(db.engine)
    yield site
    with site.app_context():
        db.engine.dispose()


def run(site: Flask, *words: str) -> Ran:
    with site.app_context():
        return site.test_cli_runner().invoke(args=["quiz", *words])


def played(site: Flask) -> None:
    """A contest with five submitted papers and an overdue one."""
    plan = DrawPlan((Prize("一等奖", 2),)).as_dict()
    with site.app_context(), Session(db.engine) as session:
        contest = stage.contest(session, draw_plan=plan)
        for right in range(6, 11):
            person, attempt = stage.started(session, contest)
            submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=right))
        _person, late = stage.started(session, contest)
        stage.shift(session, [late.id], stage.SECONDS + 9)
        session.commit()


def test_results_are_folded_swept_recounted_and_verified(site: Flask, tmp_path: Path) -> None:
    played(site)
    assert run(site, "expire").exit_code == 0
    assert run(site, "fold").exit_code == 0
    assert run(site, "recount", "water").exit_code == 0
    assert run(site, "verify", "water").exit_code == 0
    with site.app_context():
        assert db.session.scalar(sa.select(sa.func.sum(CountyStat.attempts))) == 6
        public_id = db.session.scalars(sa.select(Attempt.public_id)).first()
    ledger = tmp_path / "ledger.txt"
    ledger.write_text(f"{public_id}\n", encoding="ascii")
    assert run(site, "verify", "water", "--ledger", str(ledger)).exit_code == 0
    ledger.write_text("lost\n", encoding="ascii")
    assert run(site, "verify", "water", "--ledger", str(ledger)).exit_code == 1
    with site.app_context():
        db.session.execute(sa.text("UPDATE quiz_county_stat SET attempts = 99"))
        db.session.commit()
    assert "99" in run(site, "recount", "water").output
    assert run(site, "verify", "water").exit_code == 1


def test_results_become_final_by_command(site: Flask) -> None:
    played(site)
    assert run(site, "final", "water").exit_code == 1
    with site.app_context(), Session(db.engine) as session:
        contest = session.scalars(sa.select(Contest)).one()
        contest.closes_at = contest.opens_at + timedelta(minutes=1)
        session.commit()
    run(site, "expire")
    assert run(site, "final", "water").exit_code == 0
    assert run(site, "signals", "water").exit_code == 0
    assert run(site, "regrade").exit_code == 0
    assert run(site, "retain").exit_code == 0


def test_a_draw_by_command_can_be_checked_by_command(site: Flask, tmp_path: Path) -> None:
    played(site)
    file = tmp_path / "draw.json"
    assert run(site, "draw", "reveal", "water").exit_code == 1
    committed = run(site, "draw", "commit", "water", "--by", "organiser")
    assert committed.exit_code == 0
    assert run(site, "draw", "commit", "water").stdout == committed.stdout
    revealed = run(site, "draw", "reveal", "water", "--out", str(file))
    assert revealed.exit_code == 0
    assert run(site, "draw", "verify", str(file)).exit_code == 0
    proof = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**proof, "winners": proof["winners"][::-1]}), encoding="utf-8")
    assert run(site, "draw", "verify", str(file)).exit_code == 1
    file.write_text("[]", encoding="utf-8")
    assert run(site, "draw", "verify", str(file)).exit_code == 1


@pytest.mark.parametrize("name", ["csv", "xlsx", "gift", "qti"])
def test_the_bank_goes_out_and_in_by_command(site: Flask, tmp_path: Path, name: str) -> None:
    with site.app_context(), Session(db.engine) as session:
        stage.bank(session, 10)
        session.commit()
    file = tmp_path / "bank"
    assert run(site, "export", str(file), "--format", name).exit_code == 0
    again = run(site, "import", str(file), "--format", name)
    assert again.exit_code == 0
    assert "10" in again.output
    file.write_text("nonsense", encoding="utf-8")
    assert run(site, "import", str(file), "--format", "csv").exit_code == 1
    assert run(site, "import", str(tmp_path / "none"), "--format", name).exit_code == 1


def test_a_dry_run_writes_nothing_and_faults_bear_their_row(site: Flask, tmp_path: Path) -> None:
    from outreach.quiz.formats import FORMATS

    file = tmp_path / "new.csv"
    file.write_bytes(FORMATS["csv"].write([("N1", single("全新的题目？"))]).data)
    assert run(site, "import", str(file), "--format", "csv", "--dry-run").exit_code == 0
    assert "1" in run(site, "import", str(file), "--format", "csv").output
    file.write_text("题型,题干,选项A,选项B,答案\n单选,几级？,甲,乙,\n", encoding="utf-8")
    refused = run(site, "import", str(file), "--format", "csv")
    assert refused.exit_code == 1
    assert "2" in refused.output


def test_the_content_files_become_the_bank_and_a_contest_is_validated(site: Flask) -> None:
    assert run(site, "questions").exit_code == 0
    assert run(site, "questions").exit_code == 0
    assert run(site, "validate", "none").exit_code == 1
    played(site)
    assert run(site, "validate", "water").exit_code == 0


def test_populations_are_loaded_whole_tried_first_and_written_out(site: Flask, tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("编码,常住人口,年份,来源\n110101,150000,2020,公报\n", encoding="utf-8")

    def count() -> int:
        with site.app_context(), Session(db.engine) as session:
            return session.scalars(sa.select(sa.func.count()).select_from(PopulationEdition)).one()

    assert run(site, "populations").exit_code == 2
    assert "还没有载入" in run(site, "populations", "--export", str(tmp_path / "o.csv")).output
    assert "什么都没有写入" in run(site, "populations", str(table), "--dry-run").output
    assert count() == 0
    assert "1 个地区" in run(site, "populations", str(table)).output
    assert "没有改动" in run(site, "populations", str(table)).output
    assert count() == 1
    table.write_text("编码,常住人口,年份,来源\n110101,二十万,2020,\n", encoding="utf-8")
    refused = run(site, "populations", str(table))
    assert refused.exit_code == 1
    assert "第 2 行（常住人口）" in refused.output
    assert "第 2 行（来源）" in refused.output
    assert count() == 1
    for name in ("o.csv", "o.xlsx"):
        assert run(site, "populations", "--export", str(tmp_path / name)).exit_code == 0
        assert "没有改动" in run(site, "populations", str(tmp_path / name)).output


def test_pictures_come_and_go_beside_a_file(site: Flask, tmp_path: Path) -> None:
    table, archive = tmp_path / "q.csv", tmp_path / "p.zip"
    headings, row = "编号,题型,题干,选项A,选项B,答案,图片,图片说明", "P1,单选,图里是什么？,甲,乙,A,a.png,一只表"
    table.write_text(f"{headings}\n{row}\n", encoding="utf-8")
    archive.write_bytes(packed({"a.png": drawn.picture()}))
    assert "没有图片「a.png」" in run(site, "import", str(table), "--format", "csv").output
    assert "文件无法读取" in run(site, "import", str(table), "--format", "csv", "--pictures", str(table)).output
    assert run(site, "import", str(table), "--format", "csv", "--pictures", str(archive)).exit_code == 0
    out, pictures = tmp_path / "o.csv", tmp_path / "o.zip"
    assert run(site, "export", str(out), "--format", "csv", "--pictures", str(pictures)).exit_code == 0
    assert len(pictures_in(pictures.read_bytes())) == 1
    again = run(site, "import", str(out), "--format", "csv", "--pictures", str(pictures))
    assert "不变 1" in again.output
    assert "P1" in run(site, "export", str(tmp_path / "o.txt"), "--format", "aiken").output
