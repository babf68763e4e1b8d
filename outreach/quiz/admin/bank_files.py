"""Files of questions: handed in, tried without writing, then written whole; and taken out in every format."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.exports import content_disposition
from outreach.core.files import FileRefused, MediaType, StoredFile, uploaded
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.quiz import seams
from outreach.quiz.actions.bank import BankOutcome
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.samples import EXAMPLES
from outreach.quiz.admin.shared import LOOKERS, go_on, page, who
from outreach.quiz.admin.wording import NAMES
from outreach.quiz.formats import FORMATS, reading
from outreach.quiz.formats.archives import pictures_in
from outreach.quiz.formats.importing import ImportResult, export_pictures, export_questions, import_questions
from outreach.quiz.formats.reading import Defaults, Written
from outreach.quiz.forms_admin_bank import words
from outreach.quiz.queries.bank import list_topics
from outreach.quiz.seams import Act
from outreach.quiz.wording import row_sentence

PURPOSE: Final = "quiz-import"
#: Faults that are listed; whoever has more mends these first.
LISTED: Final = 200
_ZIP: Final = MediaType.PACKAGE
#: In place of a format: all pictures of the bank.
PICTURES: Final = "pictures"


@blueprint.route("/questions/import", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def bank_import() -> ResponseReturnValue:
    """Hand a file in; it is kept, and the next page shows what it would do."""
    fault = ""
    given = _choices(request.form)
    if request.method == "POST":
        sent = uploaded("file")
        if sent is None:
            fault = _("请选择文件。")
        else:
            try:
                kept = _kept(sent.filename or "questions", sent.read())
                beside = uploaded("pictures")
                if beside is not None:
                    given["pictures"] = str(_kept(beside.filename or "pictures", beside.read(), (_ZIP,)).id)
            except FileRefused:
                db.session.rollback()
                fault = _("文件是空的、超过 8 MB，或不是可以导入的格式；图片要打成只含图片的 ZIP 包。")
            else:
                address = url_for("quiz_admin.bank_import_check", file_id=kept.id)
                return go_on(f"{address}?{urlencode(given)}")
    names = list(NAMES.items())
    return page(
        "quiz_admin/bank_import.html",
        422 if fault else 200,
        fault=fault,
        formats=names,
        topics=list_topics(db.session),
        **given,
    )


def _choices(args: Mapping[str, str]) -> dict[str, str]:
    """What goes with the file: its format, and what questions get that name no topic or difficulty."""
    code, hard = args.get("file_format", ""), args.get("difficulty", "")
    return {
        "file_format": code if code in FORMATS else "xlsx",
        "topic": words(args, "topic", 64) or "general",
        "difficulty": hard if hard in ("1", "2", "3") else "2",
    }


def _kept(name: str, data: bytes, allowed: Collection[MediaType] = (*files.TABLES, _ZIP)) -> StoredFile:
    """The file, kept until it is written or its time is over. Its reader decides what it is worth."""
    return files.store(
        db.session, name=name, content=data, purpose=PURPOSE, actor=actor_of(the_staff()), allowed=allowed
    )


def _file_or_404(file_id: int) -> StoredFile:
    """A file of this purpose that the person handed in."""
    found = files.find_file(db.session, file_id)
    if found is None or found.purpose != PURPOSE or found.created_by_id != the_staff().id:
        abort(404)
    return found


@blueprint.route("/questions/import/<int:file_id>", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def bank_import_check(file_id: int) -> ResponseReturnValue:
    """What the file would do, every fault with its row; with POST it is written, all of it or nothing."""
    kept = _file_or_404(file_id)
    given = _choices(request.args)
    name = kept.name
    number = request.args.get("pictures", "")
    beside = _file_or_404(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    given |= {"pictures": number} if beside else {}
    result = _try(files.open_file(db.session, kept).read(), given, beside)
    if request.method == "POST" and result.report is not None:
        counts = result.report.outcomes
        after = {outcome.value: counts[outcome] for outcome in BankOutcome}
        seams.record(db.session, who(), Act("quiz:questions-imported", f"bank:{file_id}", name, after=after))
        words_ = _(
            "导入完成：新增 %(new)s 题，新版本 %(more)s 题。",
            new=counts[BankOutcome.ADDED],
            more=counts[BankOutcome.NEW_VERSION],
        )
        return go_on(url_for("quiz_admin.bank"), words_)
    db.session.rollback()
    return page(
        "quiz_admin/bank_import_check.html",
        422 if request.method == "POST" else 200,
        name=name,
        file_id=file_id,
        result=result,
        sentences=[row_sentence(fault) for fault in result.faults[:LISTED]],
        outcomes=BankOutcome,
        given=given,
        format_name=NAMES[given["file_format"]],
    )


def _try(data: bytes, given: dict[str, str], beside: StoredFile | None) -> ImportResult:
    """Write the file in the transaction in hand; whoever only looks undoes it."""
    defaults = Defaults(given["topic"], int(given["difficulty"]))
    try:
        pictures = pictures_in(files.open_file(db.session, beside).read()) if beside else {}
    except reading.FileRefused as refusal:
        return ImportResult(0, (refusal.row_fault,), None)
    actor, author = actor_of(the_staff()), who().name
    return import_questions(
        db.session, data, given["file_format"], defaults=defaults, author=author, actor=actor, beside=pictures
    )


@blueprint.post("/questions/export")
@require(Permission.QUIZ_MANAGE)
def bank_export() -> ResponseReturnValue:
    """The whole bank with its keys as a file; that it was taken is on record."""
    code = request.form.get("file_format", "")
    if code not in FORMATS and code != PICTURES:
        abort(400)
    written = Written(export_pictures(db.session)) if code == PICTURES else export_questions(db.session, code)
    after = {"format": code, "skipped": len(written.skipped)}
    seams.record(db.session, who(), Act("quiz:questions-exported", "bank:all", after=after))
    db.session.commit()
    return _download(written.data, f"questions{FORMATS[code].ending if code in FORMATS else '.pictures.zip'}")


@blueprint.get("/questions/template.<code>")
@require(*LOOKERS)
def bank_template(code: str) -> ResponseReturnValue:
    """A file with examples of every column, to be filled in."""
    if code not in FORMATS:
        abort(404)
    return _download(FORMATS[code].write(EXAMPLES).data, f"template{FORMATS[code].ending}")


def _download(data: bytes, name: str) -> Response:
    answer = Response(data, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
