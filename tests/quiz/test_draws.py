"""The draw and the claims, on both databases, and the stand-alone script that anyone can run."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import claims, draws, privacy, review
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.draws import DrawImpossible, commit_draw, proof_of, redraw, reveal
from outreach.quiz.actions.starting import start
from outreach.quiz.cli.draws import proof_from, proof_json
from outreach.quiz.models import Contest, DrawEntrant, DrawRecord, DrawState, DrawWinner, WinnerState
from outreach.quiz.queries.eligible import list_eligible
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import draw
from outreach.quiz.rules.draw import DrawPlan, Prize, proof_faults
from outreach.quiz.seams import Actor
from tests.conftest import ROOT
from tests.quiz import stage

PLAN = DrawPlan((Prize("一等奖", 1), Prize("二等奖", 2)), minimum_centipoints=1200)
ONE, TWO = Actor("organiser"), Actor("second organiser")


def people(session: Session, contest: Contest, scores: tuple[int, ...] = (10, 9, 8, 7, 6, 5, 4)) -> list[int]:
    """One participant a score; the last two are below the plan's minimum."""
    found = []
    for right in scores:
        person, attempt = stage.started(session, contest)
        submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=right))
        found.append(person.participant_id)
    return found


def drawn(session: Session, contest: Contest) -> DrawRecord:
    record = commit_draw(session, stage.KEYS, contest, PLAN, ONE)
    return reveal(session, stage.KEYS, record.id, ONE)


def script(proof: dict[str, Any], folder: Path) -> tuple[int, str]:
    """What the stand-alone script says; it runs without any package of ours."""
    file = folder / "draw.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, "-I", str(ROOT / "tools/verify_draw.py"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_r06_a_draw_is_the_same_for_everybody_who_draws_again(
    session: Session, contest: Contest, tmp_path: Path
) -> None:
    people(session, contest)
    record = commit_draw(session, stage.KEYS, contest, PLAN, ONE)
    before = proof_of(session, record)
    assert (before.seed, before.winners) == ("", ())
    assert before.entrants_hash == draw.entrants_hash(before.entrants)
    record = reveal(session, stage.KEYS, record.id, ONE)
    proof = proof_of(session, record)
    assert (proof.entrants_hash, proof.seed_hash) == (before.entrants_hash, before.seed_hash)
    assert proof_faults(proof) == []
    assert len(proof.winners) == 3
    assert proof_from(json.loads(proof_json(proof))) == proof
    status, said = script(json.loads(proof_json(proof)), tmp_path)
    assert (status, said) == (0, "OK: 5 entrants, 3 winners, drawn again and the same\n")


@pytest.mark.parametrize(
    "change",
    [
        {"winners": ["0" * 20] * 3},
        {"seed": "00" * 32},
        {"public_value": "3100.42"},
        {"entrants_hash": "0" * 64},
    ],
)
def test_r06_a_draw_that_was_touched_is_seen(
    session: Session, contest: Contest, tmp_path: Path, change: dict[str, Any]
) -> None:
    people(session, contest)
    proof = json.loads(proof_json(proof_of(session, drawn(session, contest))))
    assert script({**proof, **change}, tmp_path)[0] == 1
    assert proof_faults(proof_from({**proof, **change}))


def test_r06_one_entrant_more_is_another_list(session: Session, contest: Contest, tmp_path: Path) -> None:
    people(session, contest)
    proof = json.loads(proof_json(proof_of(session, drawn(session, contest))))
    more = sorted([*proof["entrants"], "f" * 20])
    assert script({**proof, "entrants": more}, tmp_path)[0] == 1


def test_one_chance_a_person_and_only_for_who_is_eligible(session: Session, contest: Contest) -> None:
    ids = people(session, contest)
    attempt = start(session, contest.id, ids[0])
    submit(session, attempt.public_id, ids[0], stage.answers(session, attempt.id))
    privacy.delete_participant(session, ids[1])
    record = commit_draw(session, stage.KEYS, contest, PLAN, ONE)
    entrants = session.scalars(sa.select(DrawEntrant.participant_id)).all()
    assert sorted(entrants) == sorted([ids[0], *ids[2:5]])
    assert record.entrant_count == 4


def test_a_confirmed_signal_takes_the_chance_and_a_waiting_one_does_not(session: Session, contest: Contest) -> None:
    ids = people(session, contest, (10, 10))
    stage.find_signals(session, contest.id)
    assert len(list_eligible(session, contest, PLAN)) == 2
    signals = session.execute(sa.text("SELECT id FROM quiz_integrity_signal ORDER BY id")).scalars().all()
    review.decide_signal(session, signals[0], ONE, "a machine", is_confirmed=True)
    assert len(list_eligible(session, contest, PLAN)) == len(ids) - 1


def test_the_seed_is_unreadable_in_the_database_before_the_reveal(session: Session, contest: Contest) -> None:
    people(session, contest)
    record = commit_draw(session, stage.KEYS, contest, PLAN, ONE)
    sealed = record.sealed_seed
    record = reveal(session, stage.KEYS, record.id, ONE)
    assert record.seed not in sealed
    assert draw.seed_hash(record.seed) == record.seed_hash


def test_a_public_value_must_come_when_it_was_announced_and_only_then(session: Session, contest: Contest) -> None:
    people(session, contest)
    plain = commit_draw(session, stage.KEYS, contest, PLAN, ONE, name="2026-04-23")
    with pytest.raises(DrawImpossible):
        reveal(session, stage.KEYS, plain.id, ONE, public_value="3100.42")
    announced = commit_draw(session, stage.KEYS, contest, PLAN, ONE, public_source="a closing figure of tomorrow")
    with pytest.raises(DrawImpossible):
        reveal(session, stage.KEYS, announced.id, ONE)
    record = reveal(session, stage.KEYS, announced.id, ONE, public_value="3100.42")
    assert proof_faults(proof_of(session, record)) == []


def test_r07_a_redraw_needs_two_people_and_a_reason_and_keeps_the_old_draw(session: Session, contest: Contest) -> None:
    people(session, contest)
    first = drawn(session, contest)
    assert commit_draw(session, stage.KEYS, contest, PLAN, TWO).id == first.id
    for approver, reason in ((ONE, "wrong list"), (TWO, " ")):
        with pytest.raises(DrawImpossible):
            redraw(session, stage.KEYS, contest, first, ONE, approver, reason)
    second = redraw(session, stage.KEYS, contest, first, ONE, TWO, "a school was left out")
    assert (second.turn, first.state) == (2, DrawState.SUPERSEDED)
    with pytest.raises(DrawImpossible):
        redraw(session, stage.KEYS, contest, first, ONE, TWO, "again")
    assert claims.my_prizes(session, session.scalars(sa.select(DrawWinner.participant_id)).first() or 0) == []
    assert reveal(session, stage.KEYS, second.id, ONE).state is DrawState.REVEALED


def test_nothing_is_drawn_from_an_empty_list(session: Session, contest: Contest) -> None:
    with pytest.raises(DrawImpossible):
        commit_draw(session, stage.KEYS, contest, PLAN, ONE)


def winner(session: Session, contest: Contest) -> tuple[int, int]:
    """The draw's id and the first winner's person."""
    people(session, contest)
    record = drawn(session, contest)
    first = session.get_one(DrawWinner, (record.id, 1))
    return record.id, first.participant_id


def reason_of(act: Any, *arguments: Any) -> tuple[Refusal, str]:
    with pytest.raises(Refused) as refusal:
        act(*arguments)
    return refusal.value.reason, refusal.value.detail


def test_r08_a_claim_code_is_the_winners_works_once_and_hides_the_contact(session: Session, contest: Contest) -> None:
    draw_id, person = winner(session, contest)
    stranger = stage.joined(session, contest).participant_id
    assert reason_of(claims.offer, session, stage.KEYS, draw_id, 1, stranger)[0] is Refusal.NOT_FOUND
    code = claims.offer(session, stage.KEYS, draw_id, 1, person)
    claim = (session, stage.KEYS, draw_id, 1)
    assert reason_of(claims.claim, *claim, stranger, code, "13812345678")[0] is Refusal.NOT_FOUND
    assert reason_of(claims.claim, session, stage.KEYS, draw_id, 99, person, code, "x")[0] is Refusal.NOT_FOUND
    claims.claim(*claim, person, code.lower(), "张三 13812345678")
    assert reason_of(claims.claim, *claim, person, code, "another phone")[0] is Refusal.ALREADY_CLOSED
    stored = session.execute(sa.text("SELECT sealed_contact, claim_hash FROM quiz_draw_winner WHERE place = 1")).one()
    assert "13812345678" not in stored[0]
    assert stored[1] == ""
    assert claims.read_contact(session, stage.KEYS, draw_id, 1, ONE, "sending the prize") == "张三 13812345678"
    assert reason_of(claims.read_contact, session, stage.KEYS, draw_id, 1, ONE, " ")[0] is Refusal.NOT_FOUND


def test_r08_five_wrong_codes_forfeit_the_prize(session: Session, contest: Contest) -> None:
    draw_id, person = winner(session, contest)
    code = claims.offer(session, stage.KEYS, draw_id, 1, person)
    left = [reason_of(claims.claim, session, stage.KEYS, draw_id, 1, person, "WRONG", "x")[1] for _try in range(5)]
    assert left == ["4", "3", "2", "1", "0"]
    assert reason_of(claims.claim, session, stage.KEYS, draw_id, 1, person, code, "x")[0] is Refusal.ALREADY_CLOSED
    assert claims.my_prizes(session, person)[0].state is WinnerState.FORFEITED


def test_r08_a_code_ends_with_the_term_and_the_contact_with_its_own(session: Session, contest: Contest) -> None:
    draw_id, person = winner(session, contest)
    code = claims.offer(session, stage.KEYS, draw_id, 1, person)
    row = session.get_one(DrawWinner, (draw_id, 1))
    assert row.claim_expires_at is not None
    row.claim_expires_at -= timedelta(days=15)
    session.flush()
    assert claims.forfeit_overdue(session) == 1
    assert reason_of(claims.claim, session, stage.KEYS, draw_id, 1, person, code, "x")[0] is Refusal.ALREADY_CLOSED
    second = session.get_one(DrawWinner, (draw_id, 2))
    code = claims.offer(session, stage.KEYS, draw_id, 2, second.participant_id)
    claims.claim(session, stage.KEYS, draw_id, 2, second.participant_id, code, "李四")
    assert claims.delete_contacts(session) == 0
    assert second.contact_delete_after is not None
    second.contact_delete_after -= timedelta(days=91)
    session.flush()
    assert claims.delete_contacts(session) == 1
    assert [one[0] for one in claims.list_winners(session, draw_id)] == [1, 2, 3]


def test_r08_a_code_of_a_draw_that_was_repeated_is_worth_nothing(session: Session, contest: Contest) -> None:
    draw_id, person = winner(session, contest)
    code = claims.offer(session, stage.KEYS, draw_id, 1, person)
    redraw(session, stage.KEYS, contest, session.get_one(DrawRecord, draw_id), ONE, TWO, "a school was left out")
    refused = reason_of(claims.claim, session, stage.KEYS, draw_id, 1, person, code, "13812345678")
    assert refused[0] is Refusal.ALREADY_CLOSED
    assert session.get_one(DrawWinner, (draw_id, 1), populate_existing=True).sealed_contact == ""


def test_the_script_is_short_and_needs_nothing_of_ours() -> None:
    source = (ROOT / "tools/verify_draw.py").read_text(encoding="utf-8")
    assert source.count("\n") < 80
    assert "outreach" not in source
    assert draws is not None
