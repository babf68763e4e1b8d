"""What components draw: ordinary, empty, long and hostile values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from markupsafe import Markup

from outreach.site.samples import HOSTILE, LONG_WORD, SampleChoice, SampleGrade
from tests.look.conftest import Draw

GRADE = SampleGrade("1级", "Grade 1", 1, 3, "GB 25502-2017")
LIMITS = [{"value": 45, "label": "1级"}, {"value": 52, "label": "2级"}, {"value": 62, "label": "3级"}]


def body(text: str = "正文") -> Any:
    """What a ``{% call %}`` hands to a macro."""
    return lambda: Markup("<p>{}</p>").format(text)


HOSTILE_BAR = {
    **dict.fromkeys(("label", "href", "text", "note"), HOSTILE),
    "value": 40.0,
    "target": 60,
    "is_marked": True,
}
HOSTILE_CALLS: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("components/breadcrumb", ([(HOSTILE, HOSTILE), (HOSTILE, None)],), {}),
    ("components/card", (HOSTILE, HOSTILE), {"kicker": HOSTILE}),
    ("components/category_grid", ([{"code": "toilet", "label": HOSTILE, "href": HOSTILE, "count": 1}],), {}),
    ("components/certainty", ("recalled", HOSTILE), {}),
    ("components/chip", (HOSTILE, HOSTILE, HOSTILE), {}),
    ("components/copy_button", (HOSTILE, HOSTILE), {}),
    ("components/data_table", (HOSTILE, [HOSTILE, HOSTILE], [[HOSTILE, HOSTILE]]), {}),
    ("components/empty_state", (HOSTILE, HOSTILE), {}),
    ("components/facet", (HOSTILE, [SampleChoice(HOSTILE, 1, group=HOSTILE, href=HOSTILE)], "maker"), {}),
    ("components/field", ("a", HOSTILE), {"value": HOSTILE, "hint": HOSTILE, "error": HOSTILE}),
    ("components/field", ("a", HOSTILE, "select"), {"options": [(HOSTILE, HOSTILE)], "value": HOSTILE}),
    ("components/field", ("a", HOSTILE, "textarea"), {"value": HOSTILE}),
    ("components/field", ("a", HOSTILE, "radio"), {"options": [(HOSTILE, HOSTILE, HOSTILE)]}),
    ("components/grade_badge", (SampleGrade(HOSTILE, HOSTILE, 99, 3, HOSTILE),), {}),
    ("components/notice", ("info", HOSTILE), {"caller": body(HOSTILE)}),
    ("components/search_box", ("/labels/", HOSTILE, HOSTILE, HOSTILE, HOSTILE, [(HOSTILE, HOSTILE)]), {}),
    ("components/stat", (HOSTILE, HOSTILE, HOSTILE), {}),
    ("components/timeline", ([{"on": None, "title": HOSTILE, "text": HOSTILE, "is_current": True}],), {}),
    ("charts/ranked_bars", (HOSTILE, HOSTILE, [HOSTILE_BAR], HOSTILE), {}),
    ("charts/scale_bar", (HOSTILE, HOSTILE, HOSTILE, 0, 9, [{"value": 4, "label": HOSTILE}], 99, HOSTILE), {}),
    ("charts/histogram", (HOSTILE, HOSTILE, [{"label": HOSTILE, "count": 1, "is_marked": True}], HOSTILE, HOSTILE), {}),
)


@pytest.mark.parametrize(("name", "args", "kwargs"), HOSTILE_CALLS)
def test_hostile_words_stay_words(draw: Draw, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    root = draw(name, *args, **kwargs)
    assert not root.all("script")
    assert not root.all("body img")
    assert not [node for node in root.walk() for attribute in node.element.attrib if attribute.startswith("on")]
    assert "alert(1)" in root.text or root.all('[value*="alert(1)"]')


#: Components whose ids the page chooses.
NAMED_BY_PAGE = ("components/field", "components/facet")


@pytest.mark.parametrize(("name", "args", "kwargs"), [call for call in HOSTILE_CALLS if call[0] not in NAMED_BY_PAGE])
def test_two_of_a_kind_share_no_id(draw: Draw, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    ids = [node.get("id") for number in (1, 2) for node in draw(name, *args, **kwargs).walk() if node.has("id")]
    assert len(ids) == len(set(ids))


def test_a_grade_prints_word_number_edition_and_its_place_on_the_scale(draw: Draw) -> None:
    root = draw("components/grade_badge", GRADE)
    assert root.text == "水效等级 1级 GB 25502-2017"
    assert len(root.all(".grade__step")) == 3
    assert root.one(".grade").has("class")
    assert "grade--band-1" in root.one(".grade").classes


@pytest.mark.parametrize(
    ("rank", "steps", "band"),
    [(1, 3, 1), (2, 3, 3), (3, 3, 5), (1, 5, 1), (4, 5, 4), (5, 5, 5), (1, 1, 1), (9, 3, 5), (0, 3, 1), (2, 2, 5)],
)
def test_the_colour_says_how_far_down_its_own_scale_a_grade_is(draw: Draw, rank: int, steps: int, band: int) -> None:
    root = draw("components/grade_badge", replace(GRADE, rank=rank, steps=steps))
    assert f"grade--band-{band}" in root.one(".grade").classes


def test_no_grade_is_said_so(draw: Draw) -> None:
    assert draw("components/grade_badge", None).text == "无等级"


def test_a_chip_shows_what_was_typed_and_what_was_understood(draw: Draw) -> None:
    root = draw("components/chip", "坐便器", "/labels/", "马桶")
    assert root.one(".chip__words").text == "马桶"
    assert root.one("a").text == "去掉：坐便器"


def test_a_chip_without_a_link_cannot_be_removed(draw: Draw) -> None:
    assert not draw("components/chip", "坐便器").all("a")


def test_facet_groups_keep_their_order_and_have_headings(draw: Draw) -> None:
    choices = [SampleChoice("1级", 1, group="GB 乙"), SampleChoice("1级", 2, group="GB 甲"), SampleChoice("未知", 3)]
    root = draw("components/facet", "水效等级", choices, "grade", 4)
    assert root.texts(".facet__group") == ["GB 乙", "GB 甲"]
    assert root.texts(".facet__count") == ["1", "2", "3"]
    assert "另有 4 项" in root.text


def test_a_facet_without_choices_draws_nothing(draw: Draw) -> None:
    assert draw("components/facet", "水效等级", [], "grade").text == ""


def test_a_chosen_facet_value_is_marked_for_eye_and_ear(draw: Draw) -> None:
    root = draw("components/facet", "类别", [SampleChoice("坐便器", 1, is_selected=True)], "category")
    assert root.one("a").get("aria-current") == "true"
    assert "已选" in root.one("a").text


@pytest.mark.parametrize(
    ("page", "pages", "expected"),
    [
        (1, 2, "1 2"),
        (1, 20, "1 2 3 4 5 6 … 20"),
        (4, 20, "1 2 3 4 5 6 … 20"),
        (5, 20, "1 … 3 4 5 6 7 … 20"),
        (10, 20, "1 … 8 9 10 11 12 … 20"),
        (20, 20, "1 … 15 16 17 18 19 20"),
        (3, 7, "1 2 3 4 5 6 7"),
    ],
)
def test_pagination_shows_a_window_with_first_and_last(draw: Draw, page: int, pages: int, expected: str) -> None:
    root = draw("components/pagination", page, pages, lambda number: f"?page={number}")
    shown = [re.sub(r"[第页\s]", "", text) for text in root.texts(".pagination__pages > li")]
    assert " ".join(shown) == expected
    assert [node.get("href") for node in root.all('a[aria-current="page"]')] == [f"?page={page}"]


def test_a_single_page_has_no_pagination(draw: Draw) -> None:
    assert draw("components/pagination", 1, 1, str).text == ""


def test_a_table_keeps_its_roles_and_labels_for_phones(draw: Draw) -> None:
    root = draw("components/data_table", "表", ["型号", {"label": "用水量", "is_number": True}], [["A1", "4.5 L"]])
    assert root.one('th[scope="row"]').get("data-label") == "型号"
    assert root.one("td").get("data-label") == "用水量"
    assert "is-number" in root.one("td").classes
    assert [node.get("role") for node in root.all("table, tr, td")] == ["table", "row", "row", "cell"]


def test_an_empty_table_says_so(draw: Draw) -> None:
    assert "没有记录" in draw("components/data_table", "表", ["型号"], []).text


def test_the_scale_tells_every_limit_and_the_product_in_words(draw: Draw) -> None:
    root = draw("charts/scale_bar", "水效指数", "说明", "L", 30, 80, LIMITS, 47.5, "47.5 L", "lower")
    numbers = [text.replace("\u202f", " ") for text in root.texts(".scale-bar__numbers > li")]
    assert numbers == ["1级：≤ 45 L", "2级：≤ 52 L", "3级：≤ 62 L", "本产品：47.5 L", "数值越小越省水"]
    assert root.one("svg > title").element.text == "水效指数"


def test_bands_of_a_scale_lie_between_their_limits_whatever_direction_is_better(draw: Draw) -> None:
    lower = draw("charts/scale_bar", "t", "d", "", 0, 100, LIMITS, None, better="lower")
    assert [(node.get("x"), node.get("width")) for node in lower.all("svg.scale-bar__band")] == [
        ("0.0%", "45.0%"),
        ("45.0%", "7.0%"),
        ("52.0%", "10.0%"),
    ]
    higher = draw("charts/scale_bar", "t", "d", "", 0, 100, LIMITS[::-1], None, better="higher")
    assert next((node.get("x"), node.get("width")) for node in higher.all("svg.scale-bar__band")) == ("62.0%", "38.0%")


@pytest.mark.parametrize(("rank", "steps"), [(1, 3), (2, 3), (3, 3), (2, 5), (1, 1)])
def test_a_band_has_the_colour_of_its_badge(draw: Draw, rank: int, steps: int) -> None:
    badge = draw("components/grade_badge", replace(GRADE, rank=rank, steps=steps)).one(".grade").classes
    limits = [{"value": 40, "label": "x", "rank": rank, "steps": steps}]
    key = draw("charts/scale_bar", "t", "d", "", 0, 100, limits).one(".scale-bar__key").classes
    assert [name[-1] for name in badge if "--band-" in name] == [name[-1] for name in key if "__key--" in name]


def test_where_better_grades_have_no_known_limit_the_band_says_so(draw: Draw) -> None:
    limits = [
        {"value": 60, "label": "2级", "rank": 2, "steps": 3},
        {"value": 80, "label": "3级", "rank": 3, "steps": 3},
    ]
    root = draw("charts/scale_bar", "t", "d", "", 0, 100, limits)
    assert [node.element.text for node in root.all("text.scale-bar__grade")] == ["2级或更好", "3级"]
    assert len(root.all(".scale-bar__band--open")) == 1


def test_a_product_outside_of_the_scale_stands_at_its_end(draw: Draw) -> None:
    root = draw("charts/scale_bar", "t", "d", "", 0, 100, LIMITS, 1234, "1,234")
    assert root.one(".scale-bar__marker").get("x") == "100.0%"


def test_the_histogram_repeats_its_numbers_as_a_table(draw: Draw) -> None:
    bins = [{"label": "4–6", "count": 3, "is_marked": False}, {"label": "6–8", "count": 1200, "is_marked": True}]
    root = draw("charts/histogram", "分布", "说明", bins, "用水量", "登记数")
    assert root.texts("td") == ["3", "1,200"]
    assert root.texts("tbody th") == ["4–6", "6–8（本产品所在）"]
    assert len(root.all("rect.histogram__bar")) == 2


def test_a_histogram_of_nothing_says_so(draw: Draw) -> None:
    assert "没有可比较的登记" in draw("charts/histogram", "分布", "说明", [], "x", "y").text


def test_an_error_is_tied_to_its_field(draw: Draw) -> None:
    root = draw("components/field", "model", "型号", hint="提示", error="请填写", is_required=True)
    control = root.one("input")
    assert control.get("aria-describedby") == "model-hint model-error"
    assert (control.get("aria-invalid"), control.has("required")) == ("true", True)
    assert root.one("#model-error").text == "错误：请填写"


def test_choices_stand_in_a_fieldset_with_the_question_as_legend(draw: Draw) -> None:
    root = draw("components/field", "view", "版式", "radio", value="b", options=[("a", "甲"), ("b", "乙", "提示")])
    assert root.one("fieldset > legend").text.startswith("版式")
    assert [node.get("value") for node in root.all("input[checked]")] == ["b"]
    assert root.all("input")[1].get("aria-describedby") == "view-2-hint"


def test_several_boxes_may_be_ticked(draw: Draw) -> None:
    root = draw(
        "components/field", "many", "多选", "checkbox", value=["1", "3"], options=[("1", "a"), ("2", "b"), ("3", "c")]
    )
    assert [node.get("value") for node in root.all("input[checked]")] == ["1", "3"]


def test_a_faulty_form_lists_links_to_its_fields(draw: Draw) -> None:
    root = draw("components/error_summary", [("model", "请填写型号")])
    assert root.one("a").get("href") == "#model"
    assert root.one("[role=alert]").get("tabindex") == "-1"
    assert draw("components/error_summary", []).text == ""


def test_a_copy_button_stays_hidden_until_a_script_shows_it(draw: Draw) -> None:
    assert draw("components/copy_button", "A1", "复制").one(".copy").has("hidden")


def test_an_unsure_figure_carries_its_mark_and_reason_and_a_sourced_one_nothing(draw: Draw) -> None:
    assert draw("components/certainty", "recalled", "未见来源").text == "待核实未见来源"
    assert draw("components/certainty", "sourced", "x").text == ""


def test_the_search_box_is_a_plain_form_that_keeps_the_filters(draw: Draw) -> None:
    root = draw("components/search_box", "/labels/", value=LONG_WORD, hidden=[("category", "toilet")], label="搜索")
    form = root.one("form")
    assert (form.get("method"), form.get("action"), form.get("role")) == ("get", "/labels/", "search")
    assert root.one("input[type=hidden]").get("value") == "toilet"
    assert not root.one("input[type=search]").has("role")


def test_a_timeline_without_a_date_says_that_it_is_unknown(draw: Draw) -> None:
    items = [
        {"on": date(2026, 5, 19), "title": "公告", "text": "", "is_current": True},
        {"on": None, "title": "变更", "text": "", "is_current": False},
    ]
    root = draw("components/timeline", items)
    assert root.one("time").get("datetime") == "2026-05-19"
    assert root.texts(".timeline__on") == ["2026年5月19日", "日期未知"]
