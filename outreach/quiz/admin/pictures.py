"""Pictures of questions in the back office: shown to whoever may see the bank, taken in by the question's form."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from outreach.core.audit import actor_of
from outreach.core.db import db
from outreach.core.files import FileRefused, uploaded
from outreach.core.staff import require, the_staff
from outreach.quiz.actions.pictures import PictureRefused, image_of, take_in
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import LOOKERS
from outreach.quiz.pictures_web import send_picture
from outreach.quiz.queries.pictures import find_stored
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault, Image


@blueprint.get("/questions/pictures/<sha256>")
@require(*LOOKERS)
def picture(sha256: str) -> ResponseReturnValue:
    """A stored picture, of a version or of one that waits for approval."""
    return send_picture(Image("", "", sha256=sha256))


def chosen_image(current: Image | None) -> tuple[Image | None, list[Fault]]:
    """The picture that the form means: a new one, the one sent before with faults, none, or the version's own.

    A new one is stored at once, so that it need not be chosen again while the rest of the form has faults.
    """
    sent = uploaded("picture")
    if sent is not None:
        try:
            made = take_in(db.session, sent.filename or "picture", sent.read(), actor=actor_of(the_staff()))
        except (PictureRefused, FileRefused):
            return current, [Fault("image", questions.PICTURE_UNREADABLE, (sent.filename or "")[-60:])]
        return made, []
    if request.form.get("picture_removed") == "1":
        return None, []
    kept = find_stored(db.session, request.form.get("picture_kept", ""))
    return (image_of(db.session, kept) if kept else current), []
