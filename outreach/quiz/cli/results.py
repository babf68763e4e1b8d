"""``flask quiz fold|expire|snapshot|recount|verify|regrade|final|retain``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.quiz.actions.claims import delete_contacts, forfeit_overdue
from outreach.quiz.actions.closing import close_overdue, overdue_ids
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.joining import forget_challenges
from outreach.quiz.actions.privacy import forget_after_term
from outreach.quiz.actions.regrading import regrade_step, unfinished_runs
from outreach.quiz.actions.searching import SignalSearch
from outreach.quiz.actions.sessions import forget_sessions
from outreach.quiz.actions.snapshots import CountsDiffer, StillOpen, finalise, take_snapshot
from outreach.quiz.cli.finding import at_the_keyboard, contest_named
from outreach.quiz.models import Contest, ContestStatus
from outreach.quiz.queries.invariants import verify
from outreach.quiz.queries.recount import Recount, recount

#: Attempts that one sweep closes, one transaction each.
SWEEP: Final = 1000


@click.command("fold")
@click.option("--every", type=click.FloatRange(min=0.1), help="Go on for ever, with so many seconds in between.")
@with_appcontext
def fold_(every: float | None) -> None:
    """Take new results into the counts, and renew the rankings."""
    while True:
        count = fold_all()
        for contest in _running():
            take_snapshot(db.session, contest)
            db.session.commit()
        if every is None:
            click.echo(_("已计入 %(count)d 项变动。", count=count))
            return
        time.sleep(every)


def fold_all() -> int:
    """Fold to empty, one transaction a batch; how many deltas that were."""
    count = 0
    while deltas := fold(db.session).deltas:
        db.session.commit()
        count += deltas
    db.session.commit()
    return count


def _running() -> list[Contest]:
    return list(db.session.scalars(sa.select(Contest).where(Contest.status == ContestStatus.PUBLISHED)))


@click.command("expire")
@with_appcontext
def expire() -> None:
    """Close papers whose time is over, with the answers that were saved in time."""
    closed = 0
    for attempt_id in overdue_ids(db.session, SWEEP):
        closed += close_overdue(db.session, attempt_id) is not None
        db.session.commit()
    click.echo(_("已收卷 %(count)d 份。", count=closed))


@click.command("recount")
@click.argument("slug")
@with_appcontext
def recount_(slug: str) -> None:
    """Count a contest again from the raw attempts and compare; fails when anything differs."""
    fold_all()
    result = recount(db.session, contest_named(slug))
    db.session.rollback()
    click.echo(
        _(
            "重新计票：%(attempts)d 份答卷，%(people)d 人，校验值 %(digest)s。",
            attempts=result.attempts,
            people=result.participants,
            digest=result.digest,
        )
    )
    if result.differences:
        raise click.ClickException(_differences(result))
    click.echo(_("与排行榜完全一致。"))


def _differences(result: Recount) -> str:
    return "\n".join(f"{one.what} {one.key}: {one.stored} ≠ {one.recounted}" for one in result.differences)


@click.command("verify")
@click.argument("slug")
@click.option("--ledger", type=click.Path(path_type=Path, exists=True), help="Ids of acknowledged papers, one a line.")
@with_appcontext
def verify_(slug: str, ledger: Path | None) -> None:
    """Check the eight promises that nothing is lost; fails when one is broken."""
    fold_all()
    acknowledged = ledger.read_text(encoding="utf-8").split() if ledger else []
    breaches = verify(db.session, contest_named(slug), acknowledged)
    db.session.rollback()
    if breaches:
        raise click.ClickException("\n".join(f"{one.promise} {one.what}: {one.key}" for one in breaches))
    click.echo(_("八项检查全部通过。"))


@click.command("regrade")
@with_appcontext
def regrade() -> None:
    """Go on with marking again after corrected keys, from where it stopped."""
    runs = unfinished_runs(db.session)
    for run_id in runs:
        while regrade_step(db.session, run_id):
            db.session.commit()
        db.session.commit()
    click.echo(_("完成重新评分 %(count)d 次。", count=len(runs)))


@click.command("final")
@click.argument("slug")
@with_appcontext
def final(slug: str) -> None:
    """Make the results of an ended contest final, after a recount."""
    try:
        snapshot = finalise(db.session, contest_named(slug), at_the_keyboard())
    except StillOpen as error:
        db.session.rollback()
        raise click.ClickException(_("大赛还没有结束，或还有没交的答卷。")) from error
    except CountsDiffer as error:
        db.session.rollback()
        raise click.ClickException(_differences(error.result)) from error
    db.session.commit()
    click.echo(_("结果已经确定，校验值 %(digest)s。", digest=snapshot.digest))


@click.command("signals")
@click.argument("slug")
@with_appcontext
def signals(slug: str) -> None:
    """Look through the papers of a contest for what a person should look at."""
    search = SignalSearch(contest_named(slug).id)
    while not search.is_done:
        search.step(db.session)
        db.session.commit()
    click.echo(_("新增 %(count)d 条待人工核查的线索。", count=search.found))


@click.command("retain")
@with_appcontext
def retain() -> None:
    """Delete what has been kept for its term: contacts, participants' data, used challenges."""
    forfeited, contacts = forfeit_overdue(db.session), delete_contacts(db.session)
    forget_challenges(db.session)
    forget_sessions(db.session)
    db.session.commit()
    people = 0
    while count := forget_after_term(db.session):
        db.session.commit()
        people += count
    click.echo(
        _(
            "到期处理：逾期未领 %(forfeited)d 份，删除联系方式 %(contacts)d 条，个人信息匿名化 %(people)d 人。",
            forfeited=forfeited,
            contacts=contacts,
            people=people,
        )
    )


COMMANDS: Final = (fold_, expire, recount_, verify_, regrade, final, signals, retain)
