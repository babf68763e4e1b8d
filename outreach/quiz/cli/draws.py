"""``flask quiz draw commit|reveal|verify``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
import sqlalchemy as sa
from flask.cli import AppGroup, with_appcontext
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.quiz.actions.draws import DrawImpossible, SeedUnreadable, commit_draw, proof_of, reveal
from outreach.quiz.cli.finding import at_the_keyboard, contest_named, site_keys
from outreach.quiz.models import DrawRecord
from outreach.quiz.rules.draw import Proof, plan_from, proof_faults

draw = AppGroup("draw", help="The draw that anyone can check.")
_NAME: Final = click.option("--name", default="final", show_default=True, help="Which draw: final, or a day.")
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@draw.command("commit")
@click.argument("slug")
@_NAME
@click.option("--public-source", default="", help="What nobody can know yet and will be mixed in.")
@click.option("--by", default="", help="Who draws; the system's user name if left out.")
@with_appcontext
def commit(slug: str, name: str, public_source: str, by: str) -> None:
    """Fix the entrant list and a secret seed, and print both hashes for publishing."""
    contest = contest_named(slug)
    if not contest.draw_plan:
        raise click.ClickException(_("这个大赛没有设置抽奖。"))
    try:
        record = commit_draw(
            db.session,
            site_keys(),
            contest,
            plan_from(contest.draw_plan),
            at_the_keyboard(by),
            name=name,
            public_source=public_source,
        )
    except DrawImpossible as error:
        db.session.rollback()
        raise click.ClickException(_("不能抽奖：没有符合条件的人，或没有奖项。")) from error
    db.session.commit()
    click.echo(f"entrants {record.entrant_count} sha256 {record.entrants_hash}\nseed sha256 {record.seed_hash}")


@draw.command("reveal")
@click.argument("slug")
@_NAME
@click.option("--public-value", default="", help="The value that was announced at the commitment.")
@click.option("--by", default="", help="Who draws; the system's user name if left out.")
@click.option("--out", type=_FILE, help="Write the whole draw, for everybody to check.")
@with_appcontext
def reveal_(slug: str, name: str, public_value: str, by: str, out: Path | None) -> None:
    """Publish the seed and draw the winners."""
    record = _record(slug, name)
    try:
        record = reveal(db.session, site_keys(), record.id, at_the_keyboard(by), public_value=public_value)
    except SeedUnreadable as error:
        db.session.rollback()
        raise click.ClickException(
            _("种子无法解密：加密时用的密钥已经更换。请系统管理员恢复原来的密钥后再开奖。")
        ) from error
    except DrawImpossible as error:
        db.session.rollback()
        raise click.ClickException(_("不能开奖：公开值没有给出，或名单已经不是公布的那一份。")) from error
    db.session.commit()
    proof = proof_of(db.session, record)
    if out is not None:
        out.write_text(proof_json(proof), encoding="utf-8")
    click.echo(f"seed {proof.seed}\n" + "\n".join(f"{n} {code}" for n, code in enumerate(proof.winners, start=1)))


@draw.command("verify")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
def verify(path: Path) -> None:
    """Draw again from a published file and compare; fails when anything differs."""
    try:
        faults = proof_faults(proof_from(json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(_("文件「%(name)s」不是抽奖公示文件。", name=path.name)) from error
    if faults:
        raise click.ClickException("\n".join(faults))
    click.echo(_("核对一致：按公布的种子和名单重新抽取，结果相同。"))


def _record(slug: str, name: str) -> DrawRecord:
    query = sa.select(DrawRecord).where(DrawRecord.contest_id == contest_named(slug).id, DrawRecord.name == name)
    record = db.session.scalar(query.order_by(DrawRecord.turn.desc()).limit(1))
    if record is None:
        raise click.ClickException(_("还没有公布名单和种子的校验值。"))
    return record


def proof_json(proof: Proof) -> str:
    """The published file."""
    return json.dumps(asdict(proof), ensure_ascii=False, indent=1) + "\n"


def proof_from(values: dict[str, Any]) -> Proof:
    """The draw of a published file. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    lists = {name: tuple(str(code) for code in values[name]) for name in ("entrants", "winners")}
    prizes = tuple((str(name), int(count)) for name, count in values["prizes"])
    return Proof(**{**values, **lists, "prizes": prizes})
