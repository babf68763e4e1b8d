"""``flask accounts audit``: verify the log, copy it to a second place, note its head."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from outreach.core.audit.reading import export_lines, find_head
from outreach.core.audit.verifying import note_check, verify
from outreach.core.db import db
from outreach.core.search.pending import snapshot


@click.group("audit")
def audit_group() -> None:
    """The log of who did what."""


@audit_group.command("verify")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="NUMBER:HASH",
    help="A number and hash noted outside of the database, as `head` prints it; repeatable.",
)
@with_appcontext
def verify_log(*, anchors: tuple[str, ...]) -> None:
    """Read the whole log and say what was edited, deleted, cut off or chained anew; ends with 1 when anything was."""
    noted = dict(_anchor(one) for one in anchors)
    with snapshot() as session:
        number = find_head(session).number
        faults = verify(session, noted)
    note_check(db.session, number, faults, "flask")
    db.session.commit()
    for fault in faults:
        click.echo(str(fault))
    click.echo(f"{number} entries, {len(faults)} faults", err=True)
    if faults:
        raise SystemExit(1)


def _anchor(text: str) -> tuple[int, str]:
    number, separator, digest = text.strip().replace(" ", ":").partition(":")
    if not separator or not number.isascii() or not number.isdigit() or len(digest) != 64:
        raise click.BadParameter("takes a number, a colon and 64 digits", param_hint="--anchor")
    return int(number), digest.lower()


@audit_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--after", default=0, help="Only entries behind this number.", type=click.IntRange(0))
@with_appcontext
def export_log(*, file: Path, after: int) -> None:
    """Write the log to FILE, one JSON object a line, with hashes and seals."""
    count = 0
    with file.open("xb") as target:
        for line in export_lines(db.session, after):
            target.write(line)
            count += 1
    click.echo(f"{count} entries", err=True)


@audit_group.command("head")
@with_appcontext
def print_head() -> None:
    """Print the last number and its hash, to be kept where nobody who can write the database can write."""
    head = find_head(db.session)
    click.echo(f"{head.number}:{head.hash}")
