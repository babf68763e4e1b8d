"""The organisers' side of the contest in the back office."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from outreach.core.chores import chores
from outreach.core.db import db
from outreach.core.feature import AdminItem, Feature, Section
from outreach.core.staff import Staff
from outreach.quiz.admin import (  # noqa: F401  # modules of pages join the blueprint when they are imported
    bank,
    bank_files,
    certificates,
    claims,
    contests,
    draws,
    integrity,
    monitor,
    people,
    pictures,
    preview,
    reports,
    steps,
)
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.reviewing import KINDS
from outreach.quiz.admin.shared import LOOKERS
from outreach.quiz.admin.tasks import CHORES, JOBS
from outreach.quiz.queries.integrity import count_waiting


def _undecided(_staff: Staff) -> int:
    return count_waiting(db.session)


def _init_app(app: Flask) -> None:
    for name, work, seconds in CHORES:
        chores(app).add(name, work, seconds)


#: A feature of its own, so that the public pages keep theirs.
feature = Feature(
    "quiz_admin",
    blueprint=blueprint,
    admin=(
        AdminItem(
            _l("知识竞赛"),
            "quiz_admin.contests",
            frozenset(LOOKERS),
            order=60,
            section=Section.CONTENT,
            badge=_undecided,
        ),
        AdminItem(_l("题库"), "quiz_admin.bank", frozenset(LOOKERS), order=61, section=Section.CONTENT),
    ),
    review_kinds=KINDS,
    jobs=JOBS,
    init_app=_init_app,
)
