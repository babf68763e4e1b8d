"""Importing into the bank: all or nothing, duplicates found, editing makes a new version."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.bank import BankInvalid, BankOutcome, CodedQuestion, retire, save_questions
from outreach.quiz.actions.bank_files import FOLDER, load_questions
from outreach.quiz.formats import FORMATS
from outreach.quiz.formats.importing import export_questions, import_questions
from outreach.quiz.models import Question, QuestionVersion
from tests.quiz.questions import fill_in, multiple, single


def count(session: Session) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(QuestionVersion)).one()


def test_importing_twice_changes_nothing_and_editing_makes_a_version(session: Session) -> None:
    batch = [CodedQuestion("Q1", single()), CodedQuestion("Q2", multiple())]
    assert save_questions(session, batch).outcomes[BankOutcome.ADDED] == 2
    assert save_questions(session, batch).outcomes[BankOutcome.UNCHANGED] == 2
    edited = CodedQuestion("Q1", replace(single(), explanation="新的解释。"))
    assert save_questions(session, [edited]).by_code == {"Q1": BankOutcome.NEW_VERSION}
    numbers = session.scalars(sa.select(QuestionVersion.number).join(Question).where(Question.code == "Q1")).all()
    assert sorted(numbers) == [1, 2]


def test_a_duplicate_under_another_code_is_found(session: Session) -> None:
    save_questions(session, [CodedQuestion("Q1", single("水效标识，分为几级？"))])
    with pytest.raises(BankInvalid) as invalid:
        save_questions(session, [CodedQuestion("Q9", single("水效标识分为几级"))])
    assert [(one.code, one.fault.code, one.fault.value) for one in invalid.value.faults] == [("Q9", "duplicate", "Q1")]


def test_one_fault_keeps_the_whole_file_out_and_all_are_named(session: Session) -> None:
    lines = ("单选,好的题？,甲,乙,A", "单选,坏的题？,甲,乙,", "判断,也坏,,,什么", "单选,好的题,甲,乙,A")
    rows = "\n".join(["题型,题干,选项A,选项B,答案", *lines])
    found = import_questions(session, rows.encode(), "csv")
    assert {(one.row, one.fault.code) for one in found.faults} == {
        (3, "no-key"),
        (4, "no-key"),
        (2, "code-repeated"),
        (5, "code-repeated"),
    }
    assert found.report is None
    assert count(session) == 0


def test_the_bank_comes_back_from_every_whole_format(session: Session) -> None:
    save_questions(
        session, [CodedQuestion("Q1", single()), CodedQuestion("Q2", fill_in()), CodedQuestion("Q3", multiple())]
    )
    for name in FORMATS:
        written = export_questions(session, name)
        if written.skipped:
            continue
        again = import_questions(session, written.data, name)
        assert again.faults == ()
        assert again.report is not None
        assert again.report.outcomes == {BankOutcome.UNCHANGED: 3}


def test_a_retired_question_comes_back_as_a_version_when_it_is_imported_again(session: Session) -> None:
    save_questions(session, [CodedQuestion("Q1", single())])
    assert retire(session, "Q1")
    assert not retire(session, "Q1")
    assert save_questions(session, [CodedQuestion("Q1", single())]).by_code == {"Q1": BankOutcome.NEW_VERSION}


@pytest.mark.skipif(not list(FOLDER.glob("*.toml")), reason="the content files are not written yet")
def test_the_content_files_load_and_load_again(session: Session) -> None:
    first = load_questions(session)
    again = load_questions(session)
    assert first.has_changes
    assert not again.has_changes
