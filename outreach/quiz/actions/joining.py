"""Joining a contest with as little as it takes, coming back by the recovery code, and what may be changed till when."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.actions.scores import Groups, lock_participant, move
from outreach.quiz.keys import Keys
from outreach.quiz.models import AgeBand, Contest, ContestStatus, ContestUnit, Participant, SpentChallenge
from outreach.quiz.moments import database_now, moment
from outreach.quiz.queries.words import word_list
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import nicknames, order, tokens, work
from outreach.quiz.seams import Act, Actor
from outreach.quiz.writing import insert


@dataclass(frozen=True, slots=True)
class Profile:
    """What a participant says of themselves."""

    nickname: str
    age_band: str
    county_code: str
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """A wish to join. ``guardian_consents``: given on the guardian's own page, for participants under 14.

    ``has_waited``: the time since the challenge stands for the work, for browsers without scripts.
    """

    profile: Profile
    consent_version: str
    consents: bool
    guardian_consents: bool = False
    extra_time_percent: int = 100
    challenge: str = ""
    answer: str = ""
    has_waited: bool = False
    device: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """The new participant; the recovery code is told here and never again."""

    participant_id: int
    public_id: str
    recovery_code: str


#: The only steps of extra time; a declaration is enough.
EXTRA_TIME = (100, 125, 150, 200)


def new_challenge(session: Session, keys: Keys, contest: Contest) -> str:
    """A question for the proof of work of joining this contest; empty when none is asked for."""
    if contest.work_bits == 0:
        return ""
    seconds = int(database_now(session).timestamp())
    return work.new_challenge(keys.signing, f"join:{contest.id}", contest.work_bits, seconds)


def join(session: Session, keys: Keys, contest: Contest, request: JoinRequest) -> Joined:
    """Take somebody in. Raises ``Refused`` with the first reason, in the order of the form."""
    now = database_now(session)
    if contest.status is not ContestStatus.PUBLISHED:
        raise Refused(Refusal.NOT_FOUND)
    if now >= contest.ends_at:
        raise Refused(Refusal.CLOSED)
    profile = checked_profile(session, contest, request.profile)
    _check_consent(contest, request)
    _spend_work(session, keys, contest, request, int(now.timestamp()))
    code = tokens.new_code()
    participant = Participant(
        public_id=tokens.new_public_id(),
        contest_id=contest.id,
        nickname=profile.nickname,
        age_band=AgeBand(profile.age_band),
        county_code=profile.county_code,
        unit_code=profile.unit_code,
        bracket=order.bracket_of(profile.age_band, contest.brackets or ()),
        consent_version=request.consent_version,
        consented_at=now,
        guardian_consented_at=now if profile.age_band == AgeBand.UNDER_14 else None,
        recovery_hash=tokens.code_hash(keys.signing, "recovery", code),
        extra_time_percent=request.extra_time_percent,
        device_hash=tokens.coarse_hash(keys.signing, "device", request.device),
        network_hash=tokens.network_hash(keys.signing, request.network),
        joined_at=now,
    )
    session.add(participant)
    session.flush()
    return Joined(participant.id, participant.public_id, code)


def checked_profile(session: Session, contest: Contest, profile: Profile) -> Profile:
    """The profile as it is kept. Raises ``Refused``."""
    nickname = nicknames.cleaned(profile.nickname)
    fault = nicknames.nickname_fault(nickname, word_list())
    if fault is not None:
        raise Refused(Refusal.NICKNAME, fault.value)
    if profile.age_band not in [age.value for age in AgeBand]:
        raise Refused(Refusal.AGE)
    if not seams.is_county(session, profile.county_code):
        raise Refused(Refusal.COUNTY)
    if profile.unit_code and session.get(ContestUnit, (contest.id, profile.unit_code)) is None:
        raise Refused(Refusal.UNIT)
    return Profile(nickname, profile.age_band, profile.county_code, profile.unit_code)


def _check_consent(contest: Contest, request: JoinRequest) -> None:
    if not request.consents or request.consent_version != contest.consent_version:
        raise Refused(Refusal.CONSENT)
    if request.profile.age_band == AgeBand.UNDER_14 and not request.guardian_consents:
        raise Refused(Refusal.GUARDIAN)
    if request.extra_time_percent not in EXTRA_TIME:
        raise Refused(Refusal.MALFORMED, "extra_time")


def _spend_work(session: Session, keys: Keys, contest: Contest, request: JoinRequest, now_s: int) -> None:
    if contest.work_bits == 0:
        return
    purpose = f"join:{contest.id}"
    fault = (
        work.check_waiting(keys.signing, purpose, request.challenge, now_s=now_s)
        if request.has_waited
        else work.check(keys.signing, purpose, request.challenge, request.answer, bits=contest.work_bits, now_s=now_s)
    )
    if fault is not None:
        raise Refused(Refusal.WORK, fault.value)
    values = {"digest": work.spent_key(request.challenge), "expires_at": moment(work.GOOD_FOR_SECONDS)}
    taken = insert(session, SpentChallenge).values(**values).on_conflict_do_nothing()
    if session.scalar(taken.returning(SpentChallenge.digest)) is None:
        raise Refused(Refusal.WORK, work.WorkFault.SPENT.value)


def forget_challenges(session: Session) -> int:
    """Delete the memory of challenges that have ended anyway; returns how many."""
    statement = sa.delete(SpentChallenge).where(SpentChallenge.expires_at < moment())
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it


def recover(session: Session, keys: Keys, contest_id: int, code: str) -> Participant:
    """The participant whose recovery code this is. Raises ``Refused`` for every other code alike."""
    digest = tokens.code_hash(keys.signing, "recovery", code)
    query = sa.select(Participant).where(
        Participant.recovery_hash == digest, Participant.contest_id == contest_id, Participant.deleted_at.is_(None)
    )
    participant = session.scalar(query)
    if participant is None:
        raise Refused(Refusal.CODE)
    return participant


def renew_code(session: Session, keys: Keys, participant: Participant) -> str:
    """A new recovery code; the old one is worth nothing from now on."""
    code = tokens.new_code()
    participant.recovery_hash = tokens.code_hash(keys.signing, "recovery", code)
    session.flush()
    return code


def change_profile(session: Session, contest: Contest, participant_id: int, profile: Profile) -> None:
    """The participant's own change: the nickname at any time, the rest until the first paper. Raises ``Refused``."""
    participant = lock_participant(session, participant_id)
    if participant is None or participant.deleted_at is not None:
        raise Refused(Refusal.NOT_FOUND)
    kept = checked_profile(session, contest, profile)
    is_same = (kept.county_code, kept.unit_code, kept.age_band) == (
        participant.county_code,
        participant.unit_code,
        participant.age_band.value,
    )
    if participant.locked_at is not None and not is_same:
        raise Refused(Refusal.LOCKED)
    if kept.age_band == AgeBand.UNDER_14 and participant.guardian_consented_at is None:
        raise Refused(Refusal.GUARDIAN)
    participant.nickname = kept.nickname
    participant.age_band = AgeBand(kept.age_band)
    bracket = order.bracket_of(kept.age_band, contest.brackets or ())
    move(session, participant, Groups(kept.county_code, kept.unit_code, bracket))


def declare_need(session: Session, participant_id: int, percent: int) -> None:
    """How much time the participant's next papers have, on their word alone. Raises ``Refused``."""
    if percent not in EXTRA_TIME:
        raise Refused(Refusal.MALFORMED, "extra_time")
    participant = lock_participant(session, participant_id)
    if participant is None or participant.deleted_at is not None:
        raise Refused(Refusal.NOT_FOUND)
    participant.extra_time_percent = percent
    session.flush()


def correct_groups(session: Session, participant_id: int, groups: Groups, actor: Actor, reason: str) -> None:
    """Staff's correction of a locked county, unit or bracket; counts move with it."""
    participant = lock_participant(session, participant_id)
    if participant is None:
        raise Refused(Refusal.NOT_FOUND)
    before = asdict(Groups(participant.county_code, participant.unit_code, participant.bracket))
    move(session, participant, groups)
    after = asdict(groups)
    act = Act("quiz:groups-corrected", f"participant:{participant_id}", reason, before, after)
    seams.record(session, actor, act)
