"""Joining, recovery, the waiting room, one's own data, certificates; on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import certificates, contests, privacy, review
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.contests import ContestInvalid, StepImpossible
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.joining import (
    JoinRequest,
    Profile,
    forget_challenges,
    join,
    new_challenge,
    recover,
    renew_code,
)
from outreach.quiz.actions.refused import count_refusal, refused_calls
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.actions.starting import start
from outreach.quiz.models import (
    AgeBand,
    Attempt,
    AttemptState,
    Contest,
    Participant,
    RankingRow,
    SpentChallenge,
)
from outreach.quiz.queries.recount import recount
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import work
from outreach.quiz.rules.papers import Quota
from outreach.quiz.seams import Actor
from tests.quiz import stage

PERSON = Profile("爱节水的人", "18-35", "110101")
REQUEST = JoinRequest(PERSON, "2026-1", consents=True)


def refused(act: Any, *arguments: Any, **named: Any) -> tuple[Refusal, str]:
    """Why a call is refused."""
    with pytest.raises(Refused) as refusal:
        act(*arguments, **named)
    return refusal.value.reason, refusal.value.detail


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (replace(REQUEST, consents=False), Refusal.CONSENT),
        (replace(REQUEST, consent_version="2025-9"), Refusal.CONSENT),
        (replace(REQUEST, profile=replace(PERSON, age_band="under-14")), Refusal.GUARDIAN),
        (replace(REQUEST, profile=replace(PERSON, age_band="old")), Refusal.AGE),
        (replace(REQUEST, profile=replace(PERSON, county_code="1101")), Refusal.COUNTY),
        (replace(REQUEST, profile=replace(PERSON, county_code="１１０１０１")), Refusal.COUNTY),
        (replace(REQUEST, profile=replace(PERSON, unit_code="no-such-unit")), Refusal.UNIT),
        (replace(REQUEST, profile=replace(PERSON, nickname="13812345678")), Refusal.NICKNAME),
        (replace(REQUEST, extra_time_percent=1000), Refusal.MALFORMED),
    ],
)
def test_q02_no_step_of_joining_can_be_left_out(
    session: Session, contest: Contest, request_: JoinRequest, reason: Refusal
) -> None:
    assert refused(join, session, stage.KEYS, contest, request_)[0] is reason
    assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 0


def test_children_join_through_their_guardian(session: Session, contest: Contest) -> None:
    child = replace(REQUEST, profile=replace(PERSON, age_band="under-14"), guardian_consents=True)
    found = join(session, stage.KEYS, contest, child)
    assert session.get_one(Participant, found.participant_id).guardian_consented_at is not None


def test_the_recovery_code_opens_the_door_and_is_kept_nowhere(session: Session, contest: Contest) -> None:
    found = join(session, stage.KEYS, contest, REQUEST)
    typed = found.recovery_code.lower().replace("-", " ").replace("0", "o")
    assert recover(session, stage.KEYS, contest.id, typed).id == found.participant_id
    stored = json.dumps([str(value) for value in session.execute(sa.text("SELECT * FROM quiz_participant")).one()])
    assert found.recovery_code not in stored
    assert found.recovery_code.replace("-", "") not in stored
    renewed = renew_code(session, stage.KEYS, session.get_one(Participant, found.participant_id))
    assert recover(session, stage.KEYS, contest.id, renewed).id == found.participant_id
    assert refused(recover, session, stage.KEYS, contest.id, found.recovery_code) == (Refusal.CODE, "")
    assert refused(recover, session, stage.KEYS, contest.id + 1, renewed) == (Refusal.CODE, "")


def test_a_proof_of_work_is_good_for_one_joining(session: Session) -> None:
    contest = stage.contest(session, work_bits=8)
    challenge = new_challenge(session, stage.KEYS, contest)
    proof = replace(REQUEST, challenge=challenge, answer=work.solve(challenge))
    wrong = [
        (replace(proof, answer="-1"), "malformed"),
        (replace(proof, challenge=challenge[:-1] + "x"), "forged"),
        (replace(proof, challenge="0" + challenge[1:]), "forged"),
        (replace(proof, challenge=""), "malformed"),
    ]
    for request, detail in wrong:
        assert refused(join, session, stage.KEYS, contest, request) == (Refusal.WORK, detail)
    join(session, stage.KEYS, contest, proof)
    assert refused(join, session, stage.KEYS, contest, proof) == (Refusal.WORK, "spent")
    assert forget_challenges(session) == 0
    session.execute(sa.update(SpentChallenge).values(expires_at=contest.opens_at))
    assert forget_challenges(session) == 1


def test_a_contest_opens_by_a_second_person_and_only_when_it_can_be_drawn(session: Session) -> None:
    stage.bank(session, 5)
    with pytest.raises(ContestInvalid) as invalid:
        stage.contest(session)
    assert {fault.code for fault in invalid.value.faults} == {"quota-unmet"}
    draft = session.scalars(sa.select(Contest)).one()
    with pytest.raises(StepImpossible):
        contests.publish(session, draft, stage.AUTHOR)
    person = Participant(public_id="x")
    assert person.id is None


def test_nothing_starts_before_the_opening_between_rounds_in_a_pause_and_after_the_end(session: Session) -> None:
    contest = stage.contest(session)
    person = stage.joined(session, contest)
    opens, closes = contest.opens_at, contest.closes_at
    rounds = contest.rounds[0]

    def reason(start_at: Any, end_at: Any, round_start: Any, round_end: Any) -> Refusal:
        contest.opens_at, contest.closes_at = start_at, end_at
        rounds.opens_at, rounds.closes_at = round_start, round_end
        session.flush()
        return refused(start, session, contest.id, person.participant_id)[0]

    day = timedelta(days=1)
    assert reason(closes, closes + day, closes, closes + day) is Refusal.NOT_OPEN_YET
    assert reason(opens - day, opens, opens - day, opens) is Refusal.CLOSED
    assert reason(opens, closes, closes - day, closes) is Refusal.BETWEEN_ROUNDS
    rounds.opens_at, rounds.closes_at = opens, closes
    contests.pause(session, contest, stage.AUTHOR, "power cut")
    assert refused(start, session, contest.id, person.participant_id)[0] is Refusal.PAUSED
    contests.resume(session, contest, stage.AUTHOR, "power is back")
    assert start(session, contest.id, person.participant_id).is_new
    contests.withdraw(session, contest, stage.AUTHOR, "cancelled")
    other = Participant(**{**_values(session, person.participant_id), "public_id": "other", "recovery_hash": None})
    session.add(other)
    session.flush()
    assert refused(start, session, contest.id, other.id)[0] is Refusal.NOT_FOUND


def _values(session: Session, participant_id: int) -> dict[str, Any]:
    row = session.get_one(Participant, participant_id)
    return {column.name: getattr(row, column.name) for column in Participant.__table__.c if column.name != "id"}


def test_a_pause_gives_open_papers_the_lost_time_and_costs_nobody_any(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    contests.pause(session, contest, stage.AUTHOR, "power cut")
    assert refused(submit, session, attempt.public_id, person.participant_id)[0] is Refusal.PAUSED
    contest.paused_at -= timedelta(seconds=120)  # type: ignore[operator]  # it is paused
    stage.shift(session, [attempt.id], 130)
    contests.resume(session, contest, stage.AUTHOR, "power is back")
    row = session.get_one(Attempt, attempt.id, populate_existing=True)
    assert 120_000 <= row.paused_ms < 123_000
    result = submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id))
    assert 8_000 <= result.elapsed_ms <= 13_000
    with pytest.raises(StepImpossible):
        contests.resume(session, contest, stage.AUTHOR, "again")


def test_an_extension_moves_the_end_and_only_later(session: Session, contest: Contest) -> None:
    later = contest.closes_at + timedelta(days=1)
    contests.extend(session, contest, later, stage.AUTHOR, "floods")
    assert contest.ends_at == later == contest.rounds[0].closes_at
    with pytest.raises(StepImpossible):
        contests.extend(session, contest, later - timedelta(hours=1), stage.AUTHOR, "shorter")


def test_a_paper_ends_with_its_round(session: Session) -> None:
    contest = stage.contest(session)
    contest.rounds[0].closes_at = contest.opens_at + timedelta(hours=1, seconds=90)
    session.flush()
    _person, attempt = stage.started(session, contest)
    assert 80_000 < attempt.remaining_ms <= 90_000


def test_ones_own_data_come_out_whole(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id))
    found = json.loads(json.dumps(privacy.export_participant(session, person.participant_id)))
    assert found["participant"]["nickname"] == "爱节水的人"
    assert len(found["attempts"][0]["answers"]) == 10
    assert found["attempts"][0]["centipoints"] == 2000
    assert "recovery_hash" not in found["participant"]
    assert "seed" not in found["attempts"][0]


def test_p03_deleting_a_person_keeps_every_count(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=8))
    second = start(session, contest.id, person.participant_id)
    stage.started(session, contest)
    fold(session)
    take_snapshot(session, contest)
    deletion = privacy.delete_participant(session, person.participant_id)
    assert deletion.receipt
    row = session.get_one(Participant, person.participant_id, populate_existing=True)
    assert (row.nickname, row.recovery_hash, row.device_hash) == ("", None, "")
    assert row.public_id != person.public_id
    assert session.get_one(Attempt, second.id, populate_existing=True).state is AttemptState.SUBMITTED
    labels = session.scalars(sa.select(RankingRow.label).where(RankingRow.key == str(person.participant_id))).all()
    assert set(labels) == {""}
    fold(session)
    assert recount(session, contest).differences == ()
    for act in (privacy.delete_participant, privacy.export_participant):
        assert refused(act, session, person.participant_id)[0] is Refusal.NOT_FOUND
    assert refused(recover, session, stage.KEYS, contest.id, person.recovery_code)[0] is Refusal.CODE
    assert refused(start, session, contest.id, person.participant_id)[0] is Refusal.NOT_FOUND


def test_p03_a_restored_backup_forgets_them_again(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest)
    before = _values(session, person.participant_id)
    privacy.delete_participant(session, person.participant_id)
    assert privacy.replay_deletions(session) == 0
    names = ("public_id", "nickname", "recovery_hash", "deleted_at")
    restored = sa.update(Participant).where(Participant.id == person.participant_id)
    session.execute(restored.values({name: before[name] for name in names}))
    assert privacy.replay_deletions(session) == 1
    assert privacy.replay_deletions(session) == 0


def test_p05_people_are_forgotten_after_the_term_and_not_before(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest)
    assert privacy.forget_after_term(session) == 0
    contest.opens_at -= timedelta(days=400)
    contest.closes_at -= timedelta(days=300)
    session.flush()
    assert privacy.forget_after_term(session) == 1
    assert privacy.forget_after_term(session) == 0
    assert session.get_one(Participant, person.participant_id, populate_existing=True).deleted_at is not None


def test_a_certificate_needs_the_pass_mark_and_is_issued_once(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    named = (session, attempt.public_id, person.participant_id, "爱节水的人")
    assert refused(certificates.issue, *named)[0] is Refusal.NOT_FOUND
    submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=6))
    first = certificates.issue(*named)
    assert certificates.issue(*named).id == first.id
    assert len(first.code) == 24
    assert certificates.find_certificate(session, first.code.lower()) is first
    assert certificates.find_certificate(session, "0" * 24) is None
    certificates.revoke(session, first, Actor("staff"), "score was bought")
    assert first.revoked_at is not None
    other, failed = stage.started(session, contest)
    submit(session, failed.public_id, other.participant_id, stage.answers(session, failed.id, right=5))
    assert refused(certificates.issue, session, failed.public_id, other.participant_id, "x")[0] is Refusal.NOT_FOUND


@pytest.mark.parametrize("reason", ["代答", "证书写错了名字"])
def test_a_certificate_holds_again_with_its_result_unless_it_was_revoked_by_itself(
    session: Session, contest: Contest, reason: str
) -> None:
    person, attempt = stage.started(session, contest)
    submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id))
    made = certificates.issue(session, attempt.public_id, person.participant_id, "爱节水的人")
    if reason != "代答":
        certificates.revoke(session, made, Actor("staff"), reason)
    review.void(session, attempt.id, Actor("staff"), "代答")
    session.refresh(made)
    assert made.revoke_reason == reason
    review.restore(session, attempt.id, Actor("other"), "查清是误会")
    session.refresh(made)
    assert (made.revoked_at is None, made.revoke_reason) == ((True, "") if reason == "代答" else (False, reason))


def test_refused_calls_are_counted(session: Session, contest: Contest) -> None:
    for reason in (Refusal.LATE, Refusal.LATE, Refusal.FORGED):
        count_refusal(session, contest.id, reason)
    assert refused_calls(session, contest.id) == {"late": 2, "forged": 1}


def test_every_age_band_has_one_bracket_or_the_contest_does_not_open(session: Session) -> None:
    brackets = [{"code": "youth", "name": "青少年", "name_en": "Youth", "ages": ["under-14", "14-17"]}]
    with pytest.raises(ContestInvalid) as invalid:
        stage.contest(session, brackets=brackets)
    assert {fault.value for fault in invalid.value.faults} == {"18-35", "36-59", "60-plus"}
    adults = {"code": "adult", "name": "成人", "name_en": "Adults", "ages": [band.value for band in AgeBand][2:]}
    contest = stage.contest(session, "second", brackets=[*brackets, adults], quotas=(Quota(10, 2),))
    assert session.get_one(Participant, stage.joined(session, contest).participant_id).bracket == "adult"
