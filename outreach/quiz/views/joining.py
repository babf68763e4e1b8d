"""Joining, the guardian's consent for children, the recovery code, and coming back with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import Response, abort, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.limits import client_network, limiter
from outreach.core.search.text import clean
from outreach.quiz import seams
from outreach.quiz.actions.joining import Joined, JoinRequest, join, new_challenge, recover
from outreach.quiz.actions.sessions import open_session
from outreach.quiz.blueprint import blueprint
from outreach.quiz.forms import FormFault, JoinForm, parse_code, parse_join
from outreach.quiz.queries.showing import Standing
from outreach.quiz.queries.words import word_list
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import work
from outreach.quiz.rules.nicknames import NicknameFault
from outreach.quiz.views.frame import (
    browser_token,
    check_form,
    form_token,
    participant_of,
    personal,
    see_other,
    set_cookie,
    site_keys,
    standing_or_404,
)
from outreach.quiz.views.refusing import answer, count
from outreach.quiz.wording_web import AGES, EXTRA_TIMES, bracket_names, contest_name, fault_sentence

#: How many may join from one network by waiting instead of computing: a class without scripts, and no more.
WAITED_JOINS: Final = "40/hour"
#: Wrong recovery codes from one network.
WRONG_CODES: Final = "30/minute"
#: Which field shows the reason of a refusal.
_FIELDS: Final = {
    Refusal.NICKNAME: "nickname",
    Refusal.AGE: "age_band",
    Refusal.COUNTY: "county",
    Refusal.UNIT: "unit",
    Refusal.CONSENT: "consents",
}
_FAULTS: Final = {
    Refusal.AGE: FormFault.AGE,
    Refusal.COUNTY: FormFault.COUNTY,
    Refusal.UNIT: FormFault.UNIT,
    Refusal.CONSENT: FormFault.CONSENT_CHANGED,
}


@blueprint.route("/quiz/<slug>/join", methods=("GET", "POST"), endpoint="join")
@personal
def join_page(slug: str) -> ResponseReturnValue:
    """The form; children go on to the guardian's page."""
    standing = standing_or_404(slug)
    if not standing.may_join:
        return answer(slug, Refused(Refusal.CLOSED))
    if participant_of(standing.contest) is not None:
        return see_other("quiz.me", slug=slug)
    if request.method != "POST":
        return _form(standing, JoinForm(county_code=_county_chosen()))
    check_form(standing.contest.id)
    form = parse_join(request.form, word_list(), standing.contest.consent_version)
    if form.faults:
        return _form(standing, form), 422
    if form.needs_guardian:
        return _guardian(standing, form)
    return _join(standing, form)


@blueprint.route("/quiz/<slug>/guardian", methods=("GET", "POST"))
@personal
def guardian(slug: str) -> ResponseReturnValue:
    """The rules for children's data; after the form for joining, the guardian's consent."""
    standing = standing_or_404(slug)
    if request.method != "POST":
        return _guardian(standing, None)
    if not standing.may_join:
        return answer(slug, Refused(Refusal.CLOSED))
    if participant_of(standing.contest) is not None:
        return see_other("quiz.me", slug=slug)
    check_form(standing.contest.id)
    form = parse_join(request.form, word_list(), standing.contest.consent_version)
    if form.faults:
        return _form(standing, form), 422
    if not form.guardian_consents:
        faulty = replace(form, faults={"guardian_consents": FormFault.GUARDIAN})
        return _guardian(standing, faulty), 422
    return _join(standing, form)


def _join(standing: Standing, form: JoinForm) -> ResponseReturnValue:
    """Take them in, and show the recovery code this once."""
    contest = standing.contest
    try:
        joined = join(db.session, site_keys(), contest, _request(standing, form))
    except Refused as refused:
        contest_id = contest.id
        count(contest_id, refused.reason)
        return _refused(standing_or_404(contest.slug), form, refused)
    token = open_session(db.session, browser_token(), contest.id, joined.participant_id)
    db.session.commit()
    response = make_response(_code_page(standing, joined))
    set_cookie(response, token)
    return response


def _request(standing: Standing, form: JoinForm) -> JoinRequest:
    has_waited = standing.contest.work_bits > 0 and not form.answer
    if has_waited and not _may_wait():
        raise Refused(Refusal.WORK, work.WorkFault.TOO_EARLY.value)
    return JoinRequest(
        form.profile,
        form.consent_version,
        consents=form.consents,
        guardian_consents=form.guardian_consents,
        extra_time_percent=form.extra_time,
        challenge=form.challenge,
        answer=form.answer,
        has_waited=has_waited,
        device=_device(),
        network=client_network(),
    )


def _may_wait() -> bool:
    """One more of this network that joins by waiting; the limit protects, so its own failure refuses nobody."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return True
    try:
        return limiter.limiter.hit(parse(WAITED_JOINS), "quiz-waited", client_network())
    except Exception:  # noqa: BLE001  # whatever the store of the counts does
        return True


def _device() -> str:
    """Coarse features that a browser tells anyway; kept as a keyed hash, for looking at shared devices."""
    names = ("User-Agent", "Accept-Language", "Sec-CH-UA-Platform")
    return "|".join(request.headers.get(name, "")[:300] for name in names)


def _refused(standing: Standing, form: JoinForm, refused: Refused) -> ResponseReturnValue:
    if refused.reason is Refusal.WORK:
        return _form(standing, replace(form, answer=""), work_fault=refused.detail), 422
    field = _FIELDS.get(refused.reason)
    if field is None:
        return answer(standing.contest.slug, refused)
    fault = _FAULTS.get(refused.reason) or NicknameFault(refused.detail)
    return _form(standing, replace(form, faults={field: fault})), 422


def _county_chosen() -> str:
    return clean(request.args.get("province", ""), 6)


def _form(standing: Standing, form: JoinForm, *, work_fault: str = "") -> str:
    contest = standing.contest
    challenge = new_challenge(db.session, site_keys(), contest)
    faults = {field: fault_sentence(fault) for field, fault in form.faults.items()}
    return render_template(
        "quiz/join.html",
        contest=contest,
        name=contest_name(contest),
        form=form,
        errors={**dict.fromkeys(_labels(), ""), **faults},
        summary=[
            (field, _("%(name)s：%(reason)s", name=_labels()[field], reason=text)) for field, text in faults.items()
        ],
        work_fault=work_fault,
        waiting_seconds=work.WAITING_SECONDS,
        challenge=challenge,
        token=form_token(contest.id),
        ages=list(AGES.items()),
        extra_times_options=[(str(step), words) for step, words in EXTRA_TIMES.items()],
        brackets=bracket_names(contest),
        **_counties(form.county_code),
    )


def _counties(code: str) -> dict[str, Any]:
    """Provinces, and the counties of the one that is chosen: a page that works without scripts and is small."""
    if not seams.has_registry(db.session):
        return {"provinces": [], "province": "", "counties": []}
    groups = seams.region_groups(db.session)
    chosen = next((one for one in groups if one.province.code[:2] == code[:2]), None)
    return {
        "provinces": [(one.province.code, pick(one.province.name, one.province.name_en)) for one in groups],
        "province": chosen.province.code if chosen else "",
        "counties": [(one.code, pick(one.name, one.name_en)) for one in chosen.counties] if chosen else [],
    }


def _labels() -> dict[str, str]:
    """The name of every field of the form."""
    return {
        "nickname": _("昵称"),
        "age_band": _("年龄段"),
        "county": _("县（区）"),
        "unit": _("单位代码"),
        "consents": _("同意"),
        "guardian_consents": _("监护人同意"),
    }


def _guardian(standing: Standing, form: JoinForm | None) -> str:
    contest = standing.contest
    faults = [(field, fault_sentence(fault)) for field, fault in form.faults.items()] if form else []
    return render_template(
        "quiz/guardian.html",
        contest=contest,
        name=contest_name(contest),
        form=form,
        faults=faults,
        token=form_token(contest.id),
    )


def _code_page(standing: Standing, joined: Joined) -> str:
    return render_template(
        "quiz/new_code.html",
        contest=standing.contest,
        name=contest_name(standing.contest),
        code=joined.recovery_code,
        is_new=True,
        may_start=standing.phase.value == "open",
    )


@blueprint.route("/quiz/<slug>/return", methods=("GET", "POST"))
@personal
def come_back(slug: str) -> ResponseReturnValue:
    """Go on in another browser with the recovery code."""
    standing = standing_or_404(slug)
    contest = standing.contest
    if request.method != "POST":
        return come_back_form(standing)
    check_form(contest.id)
    if not _may_try():
        abort(429)
    try:
        participant = recover(db.session, site_keys(), contest.id, parse_code(request.form))
    except Refused as refused:
        count(contest.id, refused.reason)
        return come_back_form(standing_or_404(slug), is_wrong=True), 422
    token = open_session(db.session, browser_token(), contest.id, participant.id)
    db.session.commit()
    response: Response = see_other("quiz.me", slug=slug)
    set_cookie(response, token)
    return response


def _may_try() -> bool:
    """One more try of this network: codes are long, so the limit only spares the site."""
    try:
        return limiter.limiter.hit(parse(WRONG_CODES), "quiz-codes", client_network())
    except Exception:  # noqa: BLE001  # whatever the store of the counts does
        return True


def come_back_form(standing: Standing, *, is_wrong: bool = False) -> str:
    """The page that asks for the recovery code; also in the place of pages that need a participant."""
    return render_template(
        "quiz/come_back.html",
        contest=standing.contest,
        name=contest_name(standing.contest),
        error=fault_sentence(FormFault.CODE) if is_wrong else "",
        token=form_token(standing.contest.id),
    )
