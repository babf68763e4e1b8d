"""Long work of contests as jobs, and the small regular work of every serving process.

Each chore looks without a lock whether there is anything to do, and is right when several machines do it: deltas are
taken once, papers are closed by a conditional UPDATE, and a snapshot belongs to whoever holds the contest's row.
"""

from __future__ import annotations

import json
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.audit import Actor as AuditActor
from outreach.core.db import db
from outreach.core.files import MediaType
from outreach.core.jobs import JobContext, JobFailed
from outreach.core.search.pending import snapshot
from outreach.quiz import seams
from outreach.quiz.actions.claims import delete_contacts, forfeit_overdue
from outreach.quiz.actions.closing import close_overdue, overdue_ids
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.joining import forget_challenges
from outreach.quiz.actions.privacy import forget_after_term
from outreach.quiz.actions.regrading import regrade_step
from outreach.quiz.actions.searching import SignalSearch
from outreach.quiz.actions.snapshots import CountsDiffer, StillOpen, finalise, take_snapshot
from outreach.quiz.actions.waiting import open_gate
from outreach.quiz.admin.bank import REGRADE
from outreach.quiz.admin.integrity import SIGNALS
from outreach.quiz.admin.reports import ITEMS, RECOUNT, items_purpose
from outreach.quiz.admin.steps import FINALISE
from outreach.quiz.models import Attempt, Contest, RegradeRun, Ticket
from outreach.quiz.moments import database_now
from outreach.quiz.queries.entering import list_doors
from outreach.quiz.queries.items import item_rows, tally_contest
from outreach.quiz.queries.organising import count_regradable, due_snapshots, is_anything_unfolded
from outreach.quiz.queries.pools import contest_of
from outreach.quiz.queries.recount import Difference, recount
from outreach.quiz.rules.items import topic_means
from outreach.quiz.seams import Actor
from outreach.quiz.views.frame import open_line

#: Papers that one round of the sweep closes.
SWEEP: Final = 500


def _contest(session: Session, context: JobContext) -> Contest:
    found = contest_of(session, str(context.arguments.get("slug", "")))
    if found is None:
        raise JobFailed(_("竞赛已经不存在。"))
    return found


def _actor(actor: AuditActor) -> Actor:
    """Who asked for the job, as the contest knows people."""
    return Actor(actor.name) if actor.id is None else seams.staff_actor(actor.id, actor.name)


def regrade(context: JobContext) -> None:
    """Mark papers again, a step a transaction; begun anew, it goes on from where it stopped."""
    run_id = int(context.arguments["run_id"])
    with snapshot() as session:
        total = count_regradable(session, run_id)
    is_more = True
    while is_more:
        with db.sessionmaker.begin() as session:
            is_more = regrade_step(session, run_id)
            checked = session.get_one(RegradeRun, run_id).checked
        context.progress(checked / max(total, 1), _("已核对 %(n)s 份", n=checked))
    with context.finishing() as session:
        run = session.get_one(RegradeRun, run_id)
        context.report["lines"] = [[_("核对的答卷"), run.checked], [_("改动的成绩"), run.changed]]


def search_signals(context: JobContext) -> None:
    """Look through every paper that counts, a step a transaction."""
    with snapshot() as session:
        contest_id = _contest(session, context).id
        total = session.scalar(sa.select(sa.func.max(Attempt.id)).where(Attempt.contest_id == contest_id)) or 0
    search = SignalSearch(contest_id)
    while not search.is_done:
        with db.sessionmaker.begin() as session:
            search.step(session)
        context.progress(search.last_id / max(total, 1))
    with context.finishing():
        context.report["lines"] = [[_("新增线索"), search.found]]


def analyse_items(context: JobContext) -> None:
    """The item analysis from the stored answers, on one state of the database; it is kept as a file for the page."""
    with snapshot() as session:
        contest = _contest(session, context)
        contest_id, at = contest.id, database_now(session)
        total = count_attempts(session, contest_id)

        def tell(done: int) -> None:
            context.progress(done / max(total, 1), _("已分析 %(n)s 份", n=done))

        tallies = tally_contest(session, contest_id, tell)
        rows = item_rows(session, tallies)
    means = topic_means(tallies, {row["version_id"]: row["topic"] for row in rows})
    topics = [{"topic": topic, "count": count, "mean": round(mean, 4)} for topic, (count, mean) in means.items()]
    result = {"at": at.isoformat(), "attempts": total, "rows": rows, "topics": topics}
    content = json.dumps(result, ensure_ascii=False).encode()
    with context.finishing() as session:
        purpose, name = items_purpose(contest_id), f"items-{contest_id}.json"
        files.store(
            session, name=name, content=content, purpose=purpose, actor=context.actor, allowed=(MediaType.JSON,)
        )
        context.report["lines"] = [[_("分析的答卷"), total], [_("题目"), len(rows)]]


def count_attempts(session: Session, contest_id: int) -> int:
    query = sa.select(sa.func.count()).where(Attempt.contest_id == contest_id, Attempt.centipoints.is_not(None))
    return session.scalars(query).one()


def count_again(context: JobContext) -> None:
    """A recount from the raw answers, compared with everything that is stored."""
    fold_all(context)
    with snapshot() as session:
        result = recount(session, _contest(session, context))
    with context.finishing():
        context.report["lines"] = [
            [_("计入的答卷"), result.attempts],
            [_("参与者"), result.participants],
            [_("校验值"), result.digest],
            [_("不一致"), len(result.differences)],
            *_difference_lines(result.differences),
        ]


def _difference_lines(differences: tuple[Difference, ...]) -> list[list[str]]:
    return [[f"{one.what} {one.key}", f"{one.stored} ≠ {one.recounted}"] for one in differences[:50]]


def make_final(context: JobContext) -> None:
    """Recount and make the results final, in one transaction with the end of the job."""
    fold_all(context)
    try:
        with context.finishing() as session:
            contest = _contest(session, context)
            final = finalise(session, contest, _actor(context.actor), str(context.arguments.get("reason", "")))
            context.report["lines"] = [[_("参与者"), final.participants], [_("校验值"), final.digest]]
    except StillOpen as error:
        raise JobFailed(_("大赛还没有结束，或还有没交的答卷。")) from error
    except CountsDiffer as error:
        lines = [f"{line[0]}: {line[1]}" for line in _difference_lines(error.result.differences)]
        raise JobFailed(_("重新计票与排行榜不一致，没有定稿。") + " " + "; ".join(lines[:10])) from error


def fold_all(context: JobContext | None = None) -> int:
    """Take every waiting delta into the counts, one transaction a batch."""
    count = 0
    while True:
        with db.sessionmaker.begin() as session:
            deltas = fold(session).deltas
        count += deltas
        if not deltas:
            return count
        if context is not None:
            context.check()


def fold_new() -> None:
    """Fold, when there is anything to fold."""
    with snapshot() as session:
        is_any = is_anything_unfolded(session)
    if is_any:
        fold_all()


def expire_overdue() -> None:
    """Close papers whose time and grace are over, one transaction each."""
    with snapshot() as session:
        ids = overdue_ids(session, SWEEP)
    for attempt_id in ids:
        with db.sessionmaker.begin() as session:
            close_overdue(session, attempt_id)


def renew_snapshots() -> None:
    """Take the snapshots that are due. Whoever holds the contest's row does it, once."""
    with snapshot() as session:
        ids = due_snapshots(session)
    for contest_id in ids:
        with db.sessionmaker.begin() as session:
            query = sa.select(Contest).where(Contest.id == contest_id)
            held = session.scalar(query.with_for_update(key_share=True, skip_locked=True))
            if held is not None and contest_id in due_snapshots(session):  # again: another one may have just done it
                take_snapshot(session, held)


def move_gates() -> None:
    """Let the next ones of every waiting room in, also while nobody's page asks."""
    waiting = sa.select(Ticket.contest_id).where(Ticket.admitted_at.is_(None)).distinct()
    with snapshot() as session:
        ids = session.scalars(waiting).all()
        for door in list_doors(session):
            open_line(door)
    for contest_id in ids:
        with db.sessionmaker.begin() as session:
            contest = session.get_one(Contest, contest_id)
            if contest.starts_per_second and contest.paused_at is None:
                open_gate(session, contest)


def sweep() -> None:
    """Forfeit what nobody claimed, delete contacts and used challenges, make people anonymous after the term."""
    with db.sessionmaker.begin() as session:
        forfeit_overdue(session)
        delete_contacts(session)
        forget_challenges(session)
    while _forget_some():
        pass


def _forget_some() -> int:
    with db.sessionmaker.begin() as session:
        return forget_after_term(session)


JOBS: Final[dict[str, Any]] = {
    REGRADE: regrade,
    SIGNALS: search_signals,
    ITEMS: analyse_items,
    RECOUNT: count_again,
    FINALISE: make_final,
}
#: Name, work, and how often in seconds.
CHORES: Final = (
    ("contest counts", fold_new, 2.0),
    ("contest papers", expire_overdue, 5.0),
    ("contest snapshots", renew_snapshots, 5.0),
    ("contest gates", move_gates, 1.0),
    ("contest retention", sweep, 3600.0),
)
