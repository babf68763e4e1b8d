"""The draw in the database: committed once, revealed once, and published whole."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert
from outreach.quiz import seams
from outreach.quiz.keys import Keys, Unsealable
from outreach.quiz.models import Contest, DrawEntrant, DrawRecord, DrawState, DrawWinner
from outreach.quiz.moments import database_now, moment
from outreach.quiz.queries.eligible import list_eligible
from outreach.quiz.rules import draw
from outreach.quiz.rules.draw import DrawPlan, Proof
from outreach.quiz.seams import Act, Actor
from outreach.quiz.writing import insert


class DrawImpossible(Exception):
    """There is nothing to draw from, or the draw is not in a state for this step."""


class SeedUnreadable(DrawImpossible):
    """The seed was sealed with a key that the site has no more."""


def commit_draw(
    session: Session,
    keys: Keys,
    contest: Contest,
    plan: DrawPlan,
    actor: Actor,
    *,
    name: str = "final",
    public_source: str = "",
) -> DrawRecord:
    """Fix the entrant list and a secret seed; both hashes may be published now.

    Whoever comes second gets the record of whoever was first. ``public_source``: a value that nobody can know yet and
    that will be mixed in (such as a closing figure of a coming day). Raises ``DrawImpossible``.
    """
    return _commit(session, keys, contest, plan, actor, {"name": name, "turn": 1, "public_source": public_source})


def redraw(
    session: Session, keys: Keys, contest: Contest, old: DrawRecord, actor: Actor, approver: Actor, reason: str
) -> DrawRecord:
    """Draw again: two people and a reason, and the old draw stays on record. Raises ``DrawImpossible``."""
    if not reason.strip() or approver.name in ("", actor.name) or old.state is DrawState.SUPERSEDED:
        raise DrawImpossible("a redraw needs two people and a reason")
    old.state = DrawState.SUPERSEDED
    if not old.seed:  # what was never revealed is opened now, so that everybody sees what was given up
        old.seed = _seed(keys, old)
    values = {
        "name": old.name,
        "turn": old.turn + 1,
        "approved_by": approver.name,
        "redraw_reason": reason,
        "public_source": old.public_source,
    }
    return _commit(session, keys, contest, draw.plan_from(old.plan), actor, values)


def _commit(
    session: Session, keys: Keys, contest: Contest, plan: DrawPlan, actor: Actor, values: dict[str, Any]
) -> DrawRecord:
    eligible = list_eligible(session, contest, plan)
    if not eligible or not plan.places:
        raise DrawImpossible("no entrants or no prizes")
    seed, salt = secrets.token_hex(draw.SEED_BYTES), secrets.token_hex(16)
    codes = {draw.entrant_code(salt, public_id): participant_id for participant_id, public_id in eligible}
    given = {"approved_by": "", "redraw_reason": "", **values}
    statement = insert(session, DrawRecord).values(
        contest_id=contest.id,
        state=DrawState.COMMITTED,
        plan=plan.as_dict(),
        entrant_count=len(codes),
        entrants_hash=draw.entrants_hash(codes),
        seed_hash=draw.seed_hash(seed),
        sealed_seed=keys.seal(seed, f"draw:{contest.id}:{given['name']}:{given['turn']}"),
        seed="",
        public_value="",
        committed_by=actor.name,
        committed_at=moment(),
        revealed_by="",
        **given,
    )
    draw_id = session.scalar(statement.on_conflict_do_nothing().returning(DrawRecord.id))
    record = _find(session, contest.id, given["name"], given["turn"])
    if draw_id is not None:
        rows = [(draw_id, code, participant_id) for code, participant_id in sorted(codes.items())]
        bulk_insert(session, DrawEntrant, ("draw_id", "code", "participant_id"), rows)
        after = {"entrants_hash": record.entrants_hash, "seed_hash": record.seed_hash}
        reason = given["redraw_reason"]
        seams.record(session, actor, Act("quiz:draw-committed", f"draw:{draw_id}", reason, after=after))
    return record


def _find(session: Session, contest_id: int, name: str, turn: int) -> DrawRecord:
    query = sa.select(DrawRecord).where(
        DrawRecord.contest_id == contest_id, DrawRecord.name == name, DrawRecord.turn == turn
    )
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _place(record: DrawRecord) -> str:
    return f"draw:{record.contest_id}:{record.name}:{record.turn}"


def _seed(keys: Keys, record: DrawRecord) -> str:
    try:
        return keys.unseal(record.sealed_seed, _place(record))
    except Unsealable as error:
        raise SeedUnreadable("the seed was sealed with another key") from error


def reveal(session: Session, keys: Keys, draw_id: int, actor: Actor, *, public_value: str = "") -> DrawRecord:
    """Open the seed and draw. Whoever comes second gets the record as it is. Raises ``DrawImpossible``.

    Everything is in one transaction: after a crash the draw is either as committed or wholly drawn.
    """
    query = sa.select(DrawRecord).where(DrawRecord.id == draw_id).with_for_update()
    record = session.scalars(query.execution_options(populate_existing=True)).one()
    if record.state is not DrawState.COMMITTED:
        return record
    if bool(record.public_source) != bool(public_value.strip()):
        raise DrawImpossible("the announced public value is missing, or none was announced")
    entrants = entrants_of(session, draw_id)
    if draw.entrants_hash(entrants) != record.entrants_hash:
        raise DrawImpossible("the entrant list is not the one that was committed")
    seed = _seed(keys, record)
    plan = draw.plan_from(record.plan)
    now = database_now(session)
    record.state, record.seed, record.public_value = DrawState.REVEALED, seed, public_value.strip()
    record.revealed_by, record.revealed_at = actor.name, now
    session.flush()
    for place, code in enumerate(draw.winners(entrants, seed, plan.places, record.public_value), start=1):
        prize = {"prize": plan.prize_of(place), "participant_id": entrants[code]}
        session.add(DrawWinner(draw_id=draw_id, place=place, code=code, **prize))
    session.flush()
    seams.record(session, actor, Act("quiz:draw-revealed", f"draw:{draw_id}", after={"seed": seed}))
    return record


def entrants_of(session: Session, draw_id: int) -> dict[str, int]:
    """Participant ids by entrant code, in the order of the codes."""
    query = sa.select(DrawEntrant.code, DrawEntrant.participant_id).where(DrawEntrant.draw_id == draw_id)
    return dict(sorted((row.code, row.participant_id) for row in session.execute(query)))


def proof_of(session: Session, record: DrawRecord) -> Proof:
    """What is published: before the reveal without seed and winners."""
    contest = session.get_one(Contest, record.contest_id)
    winners = session.scalars(
        sa.select(DrawWinner.code).where(DrawWinner.draw_id == record.id).order_by(DrawWinner.place)
    )
    return Proof(
        contest=contest.slug,
        name=record.name,
        turn=record.turn,
        entrants=tuple(entrants_of(session, record.id)),
        entrants_hash=record.entrants_hash,
        seed_hash=record.seed_hash,
        seed=record.seed,
        public_source=record.public_source,
        public_value=record.public_value,
        prizes=tuple((prize.name, prize.count) for prize in draw.plan_from(record.plan).prizes),
        winners=tuple(winners),
    )
