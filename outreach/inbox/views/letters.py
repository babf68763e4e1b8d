"""The staff's list of letters, with filters that can be kept, and actions on several."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.saved_filters import own_filters
from outreach.core.staff import require, the_staff
from outreach.inbox.blueprint import blueprint
from outreach.inbox.forms import ANY_STATE, LetterQuery, Sort, Whose, parse_letter_query
from outreach.inbox.kinds import inbox_kinds
from outreach.inbox.queries.letters import Counts, count_letters, search_letters
from outreach.inbox.rules.states import State
from outreach.inbox.views.shown import colleagues, words
from outreach.inbox.wording import STATES


@blueprint.get("/admin/inbox")
@require(Permission.INBOX_VIEW)
def letters() -> ResponseReturnValue:
    """Open letters, what is due first on top; filters find all others."""
    staff, people = the_staff(), colleagues()
    query = parse_letter_query(request.args, inbox_kinds(), [one.id for one in people])

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("inbox.letters", **query.as_args(page=number))

    return render_template(
        "inbox/letters.html",
        query=query,
        found=search_letters(db.session, query, staff.id),
        views=[*_views(query, count_letters(db.session, staff.id)), *own_filters()],
        page_href=page_href,
        sort_href={sort.value: url_for("inbox.letters", **query.as_args(sort=sort, page=1)) for sort in Sort},
        kind_options=[(kind.code, kind.label) for kind in inbox_kinds().values()],
        state_options=[("", _("未答复")), *((state.value, STATES[state]) for state in State), (ANY_STATE, _("全部"))],
        whose_options=[
            (Whose.MINE.value, _("我的")),
            (Whose.NOBODYS.value, _("未交办")),
            *((str(one.id), one.name, "zh-CN") for one in people if one.id != staff.id),
        ],
        may_answer=staff.may(Permission.INBOX_ANSWER),
        **words(),
    )


def _views(query: LetterQuery, counts: Counts) -> list[tuple[str, str, int | None, bool]]:
    """The ready-made lists, as ``components/saved_filters.html`` takes them."""
    views: list[tuple[str, dict[str, Any], int | None]] = [
        (_("未答复"), {}, counts.waiting),
        (_("我的"), {"whose": Whose.MINE.value}, counts.mine),
        (_("未交办"), {"whose": Whose.NOBODYS.value}, counts.nobodys),
        (_("已超期"), {"overdue": "yes"}, counts.overdue),
        (_("全部"), {"state": ANY_STATE, "sort": Sort.NEWEST.value}, None),
    ]
    here = query.as_args(page=1)
    return [(name, url_for("inbox.letters", **args), count, args == here) for name, args, count in views]
