"""A file into the bank: every fault at once with its row, a dry run, and all or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.quiz.actions.bank import (
    DUPLICATE,
    BankReport,
    CodedQuestion,
    batch_faults,
    newest_versions,
    save_questions,
)
from outreach.quiz.formats import FORMATS
from outreach.quiz.formats.reading import Coded, Defaults, RowFault, Written
from outreach.quiz.rules.questions import from_dict


@dataclass(frozen=True, slots=True)
class ImportResult:
    """``report`` is None when there are faults: nothing was written then."""

    rows: int
    faults: tuple[RowFault, ...]
    report: BankReport | None

    @property
    def duplicates(self) -> int:
        return sum(one.fault.code == DUPLICATE for one in self.faults)


def import_questions(
    session: Session, data: bytes, format_code: str, *, defaults: Defaults | None = None, author: str = ""
) -> ImportResult:
    """Write the questions of a file. For a dry run the caller undoes the transaction."""
    found = FORMATS[format_code].read(data, defaults or Defaults())
    faults = list(found.faults)
    batch = [CodedQuestion(one.code, one.content, str(one.row)) for one in found.questions]
    faults += [RowFault(int(one.place), one.fault) for one in batch_faults(batch, newest_versions(session))]
    count = len(batch) + len({one.row for one in found.faults})
    if faults:
        return ImportResult(count, tuple(sorted(faults, key=lambda one: one.row)), None)
    return ImportResult(count, (), save_questions(session, batch, author=author))


def export_questions(session: Session, format_code: str) -> Written:
    """The newest version of every question, in the order of the codes."""
    items: list[Coded] = [(code, from_dict(version.content)) for code, version in newest_versions(session).items()]
    return FORMATS[format_code].write(items)
