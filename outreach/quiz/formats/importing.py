"""A file into the bank: every fault at once with its row, a dry run, and all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from outreach.core.audit import Actor
from outreach.core.audit.recording import SYSTEM
from outreach.core.files import FileRefused
from outreach.quiz.actions import pictures
from outreach.quiz.actions.bank import (
    DUPLICATE,
    BankReport,
    CodedQuestion,
    batch_faults,
    newest_versions,
    save_questions,
)
from outreach.quiz.formats import FORMATS
from outreach.quiz.formats.archives import packed
from outreach.quiz.formats.reading import Coded, Defaults, ReadQuestion, RowFault, Written
from outreach.quiz.queries.pictures import find_named, find_picture
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault, from_dict


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
    session: Session,
    data: bytes,
    format_code: str,
    *,
    defaults: Defaults | None = None,
    author: str = "",
    actor: Actor = SYSTEM,
    beside: Mapping[str, bytes] | None = None,
) -> ImportResult:
    """Write the questions of a file, with pictures from it or ``beside`` it. A dry run's caller undoes it all."""
    found = FORMATS[format_code].read(data, defaults or Defaults())
    faults = list(found.faults)
    given = {**found.pictures, **(beside or {})}
    batch = []
    for one in found.questions:
        read = _with_picture(session, one, given, actor)
        if isinstance(read, RowFault):
            faults.append(read)
        else:
            batch.append(CodedQuestion(read.code, read.content, str(read.row)))
    faults += [RowFault(int(one.place), one.fault) for one in batch_faults(batch, newest_versions(session))]
    count = len(found.questions) + len({one.row for one in found.faults})
    if faults:
        return ImportResult(count, tuple(sorted(faults, key=lambda one: one.row)), None)
    return ImportResult(count, (), save_questions(session, batch, author=author))


def _with_picture(
    session: Session, one: ReadQuestion, given: Mapping[str, bytes], actor: Actor
) -> ReadQuestion | RowFault:
    """The question with the picture that it names: one that came along, or one that is stored under this name."""
    image = one.content.image
    if image is None or not image.file:
        return one
    stored = None if image.file in given else find_named(session, image.file)
    if stored is None and image.file not in given:
        return RowFault(one.row, Fault("image", questions.NO_PICTURE, image.file))
    try:
        if stored is not None:
            kept = pictures.image_of(session, stored)
        else:
            kept = pictures.take_in(session, image.file, given[image.file], actor=actor, expires=None)
    except (pictures.PictureRefused, FileRefused):
        return RowFault(one.row, Fault("image", questions.PICTURE_UNREADABLE, image.file))
    named = replace(kept, alt=image.alt, alt_en=image.alt_en)
    return replace(one, content=replace(one.content, image=named))


def export_questions(session: Session, format_code: str) -> Written:
    """The newest version of every question, in the order of the codes; with its picture where the format can."""
    items = _bank(session)
    chosen = FORMATS[format_code]
    written = chosen.write(items)
    if chosen.add_pictures is None:
        return written
    return replace(written, data=chosen.add_pictures(written.data, _pictures(session, items)))


def export_pictures(session: Session) -> bytes:
    """The pictures of the same questions as an archive, for the formats that only name them."""
    return packed(_pictures(session, _bank(session)))


def _bank(session: Session) -> list[Coded]:
    return [(code, from_dict(version.content)) for code, version in newest_versions(session).items()]


def _pictures(session: Session, items: list[Coded]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for _code, content in items:
        picture = find_picture(session, content.image.sha256) if content.image else None
        if content.image is not None and picture is not None:
            found[content.image.file] = picture.content
    return found
