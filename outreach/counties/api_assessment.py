"""The self-assessment in the public API: the scoring table, and a calculator that keeps nothing."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from outreach.core.api import Answer, Refusal, Resource, Values, refuse, schemas
from outreach.core.api.schemas import Schema
from outreach.core.i18n import pick
from outreach.counties.assessment import current_table
from outreach.counties.exports_assessment import answers_document, number, result_document, table_document
from outreach.counties.forms_assessment import FIRST_YEAR, LARGEST, LAST_YEAR, LONGEST_NAME, SCHEMA
from outreach.counties.forms_assessment_json import parse_json
from outreach.counties.rules.assessment import State, Verdict, score
from outreach.counties.rules.assessment_table import Below, Direction, Indicator, Kind
from outreach.counties.views.assessment import resolve
from outreach.counties.wording_assessment import field_fault_sentence

TAG: Final = _l("县域节水型社会自评")

_POINTS = schemas.number(_l("分值"))
_CODE = schemas.text(_l("代码"))
_NAME = schemas.text(_l("名称"))
_NAMED: Final[dict[str, Schema]] = {
    "code": _CODE,
    "name": _NAME,
    "certainty": schemas.text(_l("可信程度：sourced 为有来源，其他为待核实")),
    "source": schemas.text(_l("来源")),
}
_LEVEL = schemas.record(
    {
        "region": schemas.optional(schemas.text(_l("只适用的地区；空为全部"))),
        "code": schemas.optional(schemas.text(_l("选项代码"))),
        "label": schemas.optional(schemas.text(_l("选项文字"))),
        "threshold": schemas.optional(schemas.number(_l("界限"))),
        "points": _POINTS,
        "certainty": _NAMED["certainty"],
    }
)
_EXAMPLE = schemas.record({"value": schemas.text(), "place": schemas.text(), "source": schemas.text()})
_INDICATOR = schemas.record(
    {
        **_NAMED,
        "name_certainty": _NAMED["certainty"],
        "kind": schemas.one_of([item.value for item in Kind], _l("填什么")),
        "unit": schemas.text(_l("单位")),
        "points": _POINTS,
        "direction": schemas.one_of([item.value for item in Direction], _l("数值越大越好还是越小越好")),
        "below": schemas.one_of([item.value for item in Below], _l("未达满分条件时怎样给分")),
        "condition": schemas.text(_l("满分条件")),
        "note": schemas.text(_l("说明")),
        "levels": schemas.many(_LEVEL, _l("给分档次")),
        "examples": schemas.many(_EXAMPLE, _l("达标县的例子")),
    }
)
TABLE: Final = schemas.record(
    {
        "title": schemas.text(_l("评分表")),
        "document": schemas.text(_l("文件")),
        "note": schemas.text(_l("说明")),
        "official_text": schemas.text(_l("怎样取得正式文本")),
        "certainty": _NAMED["certainty"],
        "source": _NAMED["source"],
        "reviewed_on": schemas.day(_l("整理日期")),
        "is_own": schemas.yes_no(_l("是否本站自带的整理稿")),
        "is_coherent": schemas.yes_no(_l("指标是否齐全且分值合计等于满分；否则不作达标判断")),
        "full_points": _POINTS,
        "pass_points": _POINTS,
        "bonus_cap": _POINTS,
        "maximum": _POINTS,
        "classes_count": schemas.whole(),
        "classes_total": schemas.whole(),
        "indicators_count": schemas.whole(),
        "indicators_total": schemas.whole(),
        "regions": schemas.many(schemas.record({**_NAMED, "parent": schemas.optional(schemas.text())})),
        "conditions": schemas.many(schemas.record(_NAMED), _l("必备条件")),
        "classes": schemas.many(
            schemas.record({**_NAMED, "points": _POINTS, "indicators": schemas.many(_INDICATOR)}), _l("类别")
        ),
        "bonus": schemas.many(schemas.record({**_NAMED, "points": _POINTS}), _l("加分项")),
    }
)
_MAYBE_NUMBER = schemas.optional(schemas.number())
RESULT: Final = schemas.record(
    {
        "region": schemas.optional(schemas.text(_l("地区"))),
        "points": schemas.number(_l("指标得分合计，不含加分")),
        "bonus": schemas.number(_l("加分，已按上限控制")),
        "total": schemas.number(_l("总分")),
        "lowest": schemas.number(_l("未填各项计零分时的总分")),
        "highest": schemas.number(_l("未填各项得满分时的总分")),
        "maximum": schemas.number(_l("本表满分，不含加分")),
        "answered": schemas.whole(_l("已填指标")),
        "verdict": schemas.one_of([item.value for item in Verdict], _l("只按本表的结论")),
        "certainty": _NAMED["certainty"],
        "missing_conditions": schemas.many(schemas.text(), _l("缺少的必备条件")),
        "open_conditions": schemas.many(schemas.text(), _l("未填的必备条件")),
        "unanswered": schemas.many(schemas.text(), _l("未填的指标")),
        "classes": schemas.many(
            schemas.record({"code": _CODE, "points": schemas.number(), "maximum": schemas.number()})
        ),
        "indicators": schemas.many(
            schemas.record(
                {
                    "code": _CODE,
                    "answer": {
                        "type": ["number", "boolean", "string", "null"],
                        "description": _l("所填内容"),
                    },
                    "points": schemas.number(_l("得分")),
                    "maximum": schemas.number(_l("分值")),
                    "gap": schemas.number(_l("差距")),
                    "state": schemas.one_of([item.value for item in State], _l("状态")),
                    "needed": _MAYBE_NUMBER,
                }
            )
        ),
        "raises": schemas.many(
            schemas.record(
                {
                    "code": _CODE,
                    "gain": schemas.number(_l("可增加的分数")),
                    "needed": _MAYBE_NUMBER,
                    "next_figure": _MAYBE_NUMBER,
                    "next_gain": _MAYBE_NUMBER,
                }
            ),
            _l("提分建议，增加最多的在前"),
        ),
    }
)
SCORED: Final = schemas.record(
    {
        "county": schemas.optional(schemas.text(_l("县（区）"))),
        "year": schemas.optional(schemas.whole(_l("自评年度"))),
        "result": RESULT,
    }
)


def _value_schema(indicator: Indicator) -> Schema:
    name = pick(indicator.name, indicator.name_en)
    if indicator.kind is Kind.YES_NO:
        return schemas.optional(schemas.yes_no(name))
    if indicator.kind is Kind.CHOICE:
        return schemas.optional(schemas.one_of(sorted({level.code for level in indicator.levels}), name))
    most = {Kind.SHARE: 100, Kind.POINTS: number(indicator.points)}.get(indicator.kind, int(LARGEST))
    return schemas.optional(schemas.number(name, minimum=0, maximum=most))


def _section(fields: dict[str, Schema], description: Any) -> Schema:
    return schemas.optional(schemas.record(fields, description, optional_keys=tuple(fields)))


def body_schema() -> Schema:
    """The body that the table in use takes."""
    table = current_table()
    fields = {
        "schema": schemas.one_of([SCHEMA], _l("格式版本")),
        "county": schemas.optional(schemas.text(_l("县（区）的名称或区划代码"), maxLength=LONGEST_NAME)),
        "year": schemas.optional(schemas.whole(_l("自评年度"), minimum=FIRST_YEAR, maximum=LAST_YEAR)),
        "region": schemas.optional(schemas.one_of([one.code for one in table.regions], _l("地区；不填按县（区）判断"))),
        "answers": _section({one.code: _value_schema(one) for one in table.indicators}, _l("各指标")),
        "conditions": _section(
            {one.code: schemas.optional(schemas.yes_no(pick(one.name, one.name_en))) for one in table.conditions},
            _l("必备条件"),
        ),
        "bonus": _section(
            {
                one.code: schemas.optional(
                    schemas.number(pick(one.name, one.name_en), minimum=0, maximum=number(one.points))
                )
                for one in table.bonus
            },
            _l("加分项"),
        ),
    }
    return schemas.record(fields, optional_keys=tuple(fields))


def show_table(_values: Values) -> Answer:
    """The table in use."""
    return table_document(current_table())


def body_example() -> dict[str, Any]:
    """A body that the table in use takes: every indicator as its first level or half its points."""
    table = current_table()
    region = table.regions[-1].code if table.regions else None
    answers = {one.code: _example_of(one) for one in table.indicators}
    conditions = {one.code: True for one in table.conditions}
    return {"schema": SCHEMA, "year": 2025, "region": region, "answers": answers, "conditions": conditions, "bonus": {}}


def _example_of(indicator: Indicator) -> Any:
    if indicator.kind is Kind.YES_NO:
        return True
    if indicator.kind is Kind.POINTS:
        return number(indicator.points / 2)
    level = indicator.levels[0]
    return level.code if indicator.kind is Kind.CHOICE else number(level.threshold)


def answer_example() -> dict[str, Any]:
    """What the calculator answers to that body."""
    asked = parse_json(body_example(), current_table())
    return {"county": None, "year": asked.year, "result": result_document(score(current_table(), asked.answers))}


def score_assessment(values: Values) -> Answer:
    """The result of the answers in the body; nothing is kept."""
    table = current_table()
    asked = parse_json(values["body"], table)
    if asked.faults:
        refuse(Refusal("body", one.field, one.kind.value, field_fault_sentence(one)) for one in asked.faults)
    found = resolve(asked, table)
    known = answers_document(found.assessment, found.unit.slug if found.unit else "")
    return {
        "county": known["county"],
        "year": known["year"],
        "result": result_document(score(table, found.assessment.answers)),
    }


ASSESSMENT: Final = (
    Resource(
        "show_assessment_table",
        "/api/v1/counties/assessment",
        TAG,
        _l("自评评分表"),
        show_table,
        TABLE,
        description=_l("分值和多数满分条件未经核实，每一项都注明可信程度和来源。"),
        example=lambda: table_document(current_table()),
    ),
    Resource(
        "score_assessment",
        "/api/v1/counties/assessment",
        TAG,
        _l("计算自评得分"),
        score_assessment,
        SCORED,
        description=_l("不保存任何内容。没有的项目、不对的取值回答 422；空值表示未填。"),
        method="POST",
        body=body_schema,
        body_example=body_example,
        example=answer_example,
    ),
)
