"""Letters from the public: the form, the receipt, the staff's inbox, and until when an answer is due."""

from collections.abc import Iterable

from flask import Flask
from flask_babel import lazy_gettext as _l

from outreach.core.chores import chores
from outreach.core.db import db
from outreach.core.feature import AdminItem, Feature, Section, SitemapEntry
from outreach.core.permissions import Permission
from outreach.core.staff import Staff
from outreach.inbox import views
from outreach.inbox.cli import inbox
from outreach.inbox.clock import REPLY_CLOCK
from outreach.inbox.kinds import OWN
from outreach.inbox.queries.letters import count_letters
from outreach.inbox.tasks import SWEEP_SECONDS, sweep_letters


def _waiting(staff: Staff) -> int:
    """Letters that this person has, or nobody yet."""
    if not staff.may(Permission.INBOX_ANSWER):
        return 0
    counts = count_letters(db.session, staff.id)
    return counts.mine + counts.nobodys


def _sitemap() -> Iterable[SitemapEntry]:
    return (SitemapEntry("/feedback"), SitemapEntry("/feedback/status"))


def _init_app(app: Flask) -> None:
    chores(app).add("ended letters", sweep_letters, SWEEP_SECONDS)


feature = Feature(
    "inbox",
    blueprint=views.blueprint,
    cli=(inbox,),
    sitemap=_sitemap,
    admin=(
        AdminItem(
            _l("公众来件"),
            "inbox.letters",
            Permission.INBOX_VIEW,
            order=30,
            section=Section.PUBLIC,
            badge=_waiting,
        ),
        AdminItem(_l("来件统计"), "inbox.statistics", Permission.INBOX_VIEW, order=31, section=Section.PUBLIC),
    ),
    inspections=(REPLY_CLOCK,),
    inbox_kinds=OWN,
    init_app=_init_app,
)
