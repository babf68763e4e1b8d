"""Winners claim their prizes: a single-use code, five tries, a term; the contact is encrypted and deleted after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.keys import Keys
from outreach.quiz.models import DrawRecord, DrawState, DrawWinner, Participant, WinnerState
from outreach.quiz.moments import database_now, moment
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import draw, tokens
from outreach.quiz.seams import Act, Actor

MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Prize:
    """A prize that a participant has won."""

    draw_id: int
    place: int
    prize: str
    state: WinnerState


def my_prizes(session: Session, participant_id: int) -> list[Prize]:
    """What a participant has won in draws that stand."""
    query = (
        sa.select(DrawWinner)
        .join(DrawRecord, DrawRecord.id == DrawWinner.draw_id)
        .where(DrawWinner.participant_id == participant_id, DrawRecord.state == DrawState.REVEALED)
        .order_by(DrawWinner.draw_id, DrawWinner.place)
    )
    return [Prize(one.draw_id, one.place, one.prize, one.state) for one in session.scalars(query)]


def offer(session: Session, keys: Keys, draw_id: int, place: int, participant_id: int) -> str:
    """The claim code of a prize, for the winner who is signed in by the recovery code. A new one replaces the old.

    The term runs from the first offer, or from the reveal where nobody asked. Raises ``Refused``.
    """
    winner = _locked(session, draw_id, place)
    if winner is None or winner.participant_id != participant_id:
        raise Refused(Refusal.NOT_FOUND)
    record = session.get_one(DrawRecord, draw_id)
    if winner.state is not WinnerState.OFFERED or record.state is not DrawState.REVEALED:
        raise Refused(Refusal.ALREADY_CLOSED)
    if winner.claim_expires_at is None:
        days = draw.plan_from(record.plan).claim_days
        assert record.revealed_at is not None  # noqa: S101  # revealed draws have it
        winner.claim_expires_at = record.revealed_at + timedelta(days=days)
    code = tokens.new_code()
    winner.claim_hash = tokens.code_hash(keys.signing, f"claim:{draw_id}:{place}", code)
    session.flush()
    return code


def claim(session: Session, keys: Keys, draw_id: int, place: int, participant_id: int, code: str, contact: str) -> None:
    """Take a prize. Raises ``Refused``; a wrong code costs one of five tries, so commit then too.

    Who may not claim learns nothing about the prize: not the winner, and no such prize, are the same answer.
    """
    winner = _locked(session, draw_id, place)
    if winner is None or winner.participant_id != participant_id:
        raise Refused(Refusal.NOT_FOUND)
    record = session.get_one(DrawRecord, draw_id, populate_existing=True)
    is_standing = record.state is DrawState.REVEALED
    if winner.state is not WinnerState.OFFERED or not winner.claim_hash or not is_standing:
        raise Refused(Refusal.ALREADY_CLOSED)
    now = database_now(session)
    if winner.claim_expires_at is None or winner.claim_expires_at <= now:
        winner.state, winner.claim_hash = WinnerState.FORFEITED, ""
        session.flush()
        raise Refused(Refusal.LATE)
    if not tokens.same(winner.claim_hash, tokens.code_hash(keys.signing, f"claim:{draw_id}:{place}", code)):
        _count_try(session, winner)
        raise Refused(Refusal.CODE, str(MOST_TRIES - winner.tries))
    kept_days = draw.plan_from(record.plan).contact_kept_days
    winner.state, winner.claim_hash, winner.claimed_at = WinnerState.CLAIMED, "", now
    winner.sealed_contact = keys.seal(contact, _place(draw_id, place))
    winner.contact_delete_after = now + timedelta(days=kept_days)
    session.flush()


def _count_try(session: Session, winner: DrawWinner) -> None:
    winner.tries += 1
    if winner.tries >= MOST_TRIES:
        winner.state, winner.claim_hash = WinnerState.FORFEITED, ""
    session.flush()


def _locked(session: Session, draw_id: int, place: int) -> DrawWinner | None:
    query = sa.select(DrawWinner).where(DrawWinner.draw_id == draw_id, DrawWinner.place == place)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def read_contact(session: Session, keys: Keys, draw_id: int, place: int, actor: Actor, reason: str) -> str:
    """The contact of a winner, for sending the prize; every reading is recorded. Raises ``Refused``."""
    winner = session.get(DrawWinner, (draw_id, place), populate_existing=True)
    if winner is None or not winner.sealed_contact or not reason.strip():
        raise Refused(Refusal.NOT_FOUND)
    seams.record(session, actor, Act("quiz:contact-read", f"draw:{draw_id}:{place}", reason))
    return keys.unseal(winner.sealed_contact, _place(draw_id, place))


def _place(draw_id: int, place: int) -> str:
    return f"contact:{draw_id}:{place}"


def forfeit_overdue(session: Session) -> int:
    """Prizes whose term is over without a claim; returns how many."""
    statement = sa.update(DrawWinner).where(
        DrawWinner.state == WinnerState.OFFERED, DrawWinner.claim_expires_at <= moment()
    )
    result = session.execute(statement.values(state=WinnerState.FORFEITED, claim_hash=""))
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def delete_contacts(session: Session) -> int:
    """Delete contacts whose term is over; returns how many. The winner stays on the list."""
    statement = sa.update(DrawWinner).where(
        DrawWinner.sealed_contact != "", DrawWinner.contact_delete_after <= moment()
    )
    result = session.execute(statement.values(sealed_contact=""))
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def list_winners(session: Session, draw_id: int) -> list[tuple[int, str, str, str, WinnerState]]:
    """Place, prize, nickname (mask it before showing), county code and state of each winner."""
    query = (
        sa.select(DrawWinner.place, DrawWinner.prize, Participant.nickname, Participant.county_code, DrawWinner.state)
        .join(Participant, Participant.id == DrawWinner.participant_id)
        .where(DrawWinner.draw_id == draw_id)
        .order_by(DrawWinner.place)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]
