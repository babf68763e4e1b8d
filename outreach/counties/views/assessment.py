"""The self-assessment: a form that is its own address, and its result. Nothing of it is kept on the server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, json, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import clock
from outreach.core.exports import content_disposition
from outreach.core.i18n import absolute_url, pick
from outreach.core.page_cache import cached_page
from outreach.counties.assessment import current_table
from outreach.counties.blueprint import blueprint
from outreach.counties.exports_assessment import answers_document, result_document, table_document
from outreach.counties.forms_assessment import (
    BONUS,
    CONDITION,
    INDICATOR,
    SCHEMA,
    Assessment,
    field_names,
    parse_address,
)
from outreach.counties.queries.naming import Named, find_named
from outreach.counties.queries.snapshot import UnitItem
from outreach.counties.rules.assessment import Result, score
from outreach.counties.rules.assessment_table import Table
from outreach.counties.views.frame import DATA, current_state
from outreach.counties.views.unit import unit_name
from outreach.counties.wording_assessment import (
    STATE_ICONS,
    STATES,
    VERDICT_TONES,
    answer_words,
    field_fault_sentence,
    figure_wanted,
    plain,
    verdict_sentence,
    with_unit,
)

JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks, with the unit it names and where the region comes from."""

    assessment: Assessment
    named: Named
    #: Whether the region was taken from the unit's province, because none was chosen.
    is_region_found: bool = False

    @property
    def unit(self) -> UnitItem | None:
        return self.named.unit

    @property
    def is_unit_missing(self) -> bool:
        return bool(self.assessment.county) and self.named.unit is None


def read_request(table: Table) -> Asked:
    """The request's address as answers; a unit gives its region where none was chosen."""
    return resolve(parse_address(request.args, table), table)


def resolve(asked: Assessment, table: Table) -> Asked:
    """Find the unit that is named, and its region."""
    named = find_named(current_state(), asked.county) if asked.county else Named()
    if named.unit is None or asked.answers.region:
        return Asked(asked, named)
    region = table.region_of(named.unit.province.code)
    answers = replace(asked.answers, region=region)
    return Asked(replace(asked, answers=answers), named, is_region_found=bool(region))


@blueprint.get("/counties/assessment")
def assessment() -> ResponseReturnValue:
    """The empty form, which is the same for all, or the form with its result, which is kept nowhere."""
    if not request.args:
        return _empty()
    table = current_table()
    asked = read_request(table)
    is_faulty = bool(asked.assessment.faults) or asked.is_unit_missing
    is_answered = not asked.assessment.answers.is_empty and not is_faulty
    result = score(table, asked.assessment.answers) if is_answered else None
    return _page(table, asked, result), 422 if is_faulty else 200


@cached_page(DATA)
def _empty() -> ResponseReturnValue:
    table = current_table()
    return _page(table, Asked(parse_address({}, table), Named()), None)


def _page(table: Table, asked: Asked, result: Result | None) -> str:
    faults, labels = _errors(asked), field_labels(table)
    return render_template(
        "counties/assessment.html",
        table=table,
        asked=asked,
        typed={**asked.assessment.typed, **({"county": asked.unit.full_name} if asked.unit else {})},
        faults=[(field, _("%(name)s：%(reason)s", name=labels[field], reason=text)) for field, text in faults.items()],
        errors={**dict.fromkeys(field_names(table), ""), **faults},
        result=result,
        unit_name=unit_name,
        region_names={region.code: region for region in table.regions},
        live=live_document(table),
        today=clock.today(),
        json_href=_same_answers("counties.assessment_json", asked),
        share_url=absolute_url(_same_answers("counties.assessment", asked)),
        words={
            "answer": answer_words,
            "wanted": figure_wanted,
            "plain": plain,
            "with_unit": with_unit,
            "verdict": verdict_sentence,
        },
        states=STATES,
        state_icons=STATE_ICONS,
        tones=VERDICT_TONES,
    )


def _errors(asked: Asked) -> dict[str, str]:
    """Sentences by field, in the order of the page."""
    found = {fault.field: field_fault_sentence(fault) for fault in asked.assessment.faults}
    if asked.is_unit_missing:
        sentence = (
            _("有几个县（区）符合，请从下面选择，或写上地市。")
            if asked.named.candidates
            else _("没有找到这个县（区）。请写全名或区划代码；也可以不填。")
        )
        found = {"county": sentence, **found}
    return found


def field_labels(table: Table) -> dict[str, str]:
    """The name of every field of the form."""
    return {
        "county": _("县（区）"),
        "year": _("自评年度"),
        "region": _("地区"),
        **{CONDITION + one.code: pick(one.name, one.name_en) for one in table.conditions},
        **{INDICATOR + one.code: pick(one.name, one.name_en) for one in table.indicators},
        **{BONUS + one.code: pick(one.name, one.name_en) for one in table.bonus},
    }


def _same_answers(endpoint: str, asked: Asked) -> str:
    """Address of another form of the same answers: the unit by its slug, empty fields left out."""
    typed = {**asked.assessment.typed, **({"county": asked.unit.slug} if asked.unit else {})}
    pairs = [(name, value) for name, value in typed.items() if value]
    return url_for(endpoint) + (f"?{urlencode(pairs)}" if pairs else "")


def live_document(table: Table) -> dict[str, Any]:
    """What static/js/assessment.js needs to add up while somebody types."""
    whole = table_document(table)
    keys = ("code", "kind", "points", "direction", "below", "levels")
    return {
        "schema": SCHEMA,
        "regions": [{"code": one["code"], "parent": one["parent"]} for one in whole["regions"]],
        "bonus_cap": whole["bonus_cap"],
        "maximum": whole["maximum"],
        "conditions": [one["code"] for one in whole["conditions"]],
        "bonus": [{"code": one["code"], "points": one["points"]} for one in whole["bonus"]],
        "classes": [
            {"code": group["code"], "indicators": [{key: one[key] for key in keys} for one in group["indicators"]]}
            for group in whole["classes"]
        ],
    }


@blueprint.get("/counties/assessment.json")
def assessment_json() -> ResponseReturnValue:
    """The same answers as a file that can be loaded again, with their result."""
    table = current_table()
    asked = read_request(table)
    found = asked.assessment
    faults = [{"field": field, "detail": sentence} for field, sentence in _errors(asked).items()]
    body = {
        **answers_document(found, asked.unit.slug if asked.unit else ""),
        "county_name": unit_name(asked.unit) if asked.unit else None,
        "table": {
            key: value
            for key, value in table_document(table).items()
            if key in ("title", "document", "certainty", "source", "reviewed_on", "is_own")
        },
        "faults": faults,
        "result": result_document(score(table, found.answers)),
    }
    answer = Response(json.dumps(body, indent=1) + "\n", 422 if faults else 200, content_type=JSON)
    name = f"{_('节水型社会建设自评')}-{asked.unit.name if asked.unit else clock.today().isoformat()}.json"
    answer.headers["Content-Disposition"] = content_disposition(name)
    answer.cache_control.no_store = True
    return answer
