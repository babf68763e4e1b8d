"""Made-up values that the component page shows: ordinary, empty, very long, and hostile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

LONG: Final = "一个非常长的名称，用来看它怎样换行" * 4
LONG_WORD: Final = "Extraordinarily-long-model-code-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ-without-any-blank"
HOSTILE: Final = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> %s {{ 7*7 }} \u202eabc"


@dataclass(frozen=True, slots=True)
class SampleGrade:
    """A grade as ``grade_badge`` takes it."""

    name: str
    name_en: str
    rank: int
    steps: int
    standard_no: str


@dataclass(frozen=True, slots=True)
class SampleChoice:
    """A facet value as ``facet`` takes it."""

    label: str
    count: int
    is_selected: bool = False
    group: str = ""
    href: str = "?"


def _grades(steps: int, standard_no: str) -> list[SampleGrade]:
    return [SampleGrade(f"{rank}级", f"Grade {rank}", rank, steps, standard_no) for rank in range(1, steps + 1)]


def _limits(*pairs: tuple[float, str]) -> list[dict[str, Any]]:
    return [{"value": value, "label": label} for value, label in pairs]


SAMPLES: Final[Mapping[str, Any]] = {
    "long": LONG,
    "long_word": LONG_WORD,
    "hostile": HOSTILE,
    "grades": [*_grades(3, "GB 99999-2019"), *_grades(5, "GB 99998-2017")],
    "hostile_grade": SampleGrade(HOSTILE, HOSTILE, 99, 3, LONG_WORD),
    "star_grade": SampleGrade("6星", "6 stars", 1, 6, "示例制度"),
    "choices": [SampleChoice("坐便器", 1223, is_selected=True), SampleChoice("水嘴", 98), SampleChoice("淋浴器", 0)],
    "grouped_choices": [
        SampleChoice("1级", 310, group="GB 99999-2019"),
        SampleChoice("2级", 120, is_selected=True, group="GB 99999-2019"),
        SampleChoice("1级", 42, group="GB 99999-2025"),
    ],
    "long_choices": [SampleChoice(LONG, 1234567), SampleChoice(LONG_WORD, 3), SampleChoice(HOSTILE, 1)],
    "limits": _limits((45, "1级"), (52, "2级"), (62, "3级"), (69, "4级"), (75, "5级")),
    "higher_limits": _limits((65, "1级"), (55, "2级"), (45, "3级")),
    "ranked_bars": [
        {"label": "示例省", "href": "?", "value": 97.1, "text": "97.1%", "target": 60, "note": "", "is_marked": True},
        {"label": LONG, "href": "", "value": 43.2, "text": "43.2%", "target": 60, "note": LONG, "is_marked": False},
        {"label": HOSTILE, "href": "?", "value": 0.0, "text": "—", "target": None, "note": "", "is_marked": False},
    ],
    "bins": [
        {"label": f"{low}–{low + 2}", "count": count, "is_marked": low == 10}
        for low, count in zip(range(4, 20, 2), (3, 12, 48, 131, 96, 40, 0, 1), strict=True)
    ],
    "events": [
        {"on": date(2026, 5, 19), "title": "公告", "text": "备案号 DEMO-20260519-示例-000001", "is_current": True},
        {"on": date(2024, 1, 2), "title": LONG, "text": LONG_WORD, "is_current": False},
        {"on": None, "title": HOSTILE, "text": "", "is_current": False},
    ],
    "table_headings": ["型号", {"label": "用水量", "is_number": True}, {"label": "公告日期", "is_number": False}],
    "table_rows": [["DEMO-A1", "10.1 L", "2026年5月19日"], [LONG_WORD, "1,234.5 L", LONG], [HOSTILE, "—", "—"]],
    "staff_rows": [
        ["DEMO-20260519-A", "ZB-0001", "3.8", "active"],
        ["DEMO-20260519-B", LONG, "12.0", "invited"],
        [LONG_WORD, "ZB-0003", "—", "disabled"],
        [HOSTILE, HOSTILE, "1,234.5", "no-factor"],
    ],
    "changes": [
        {"label": "型号", "before": "ZB-0001", "after": "ZB-0001A"},
        {"label": "生产者", "before": LONG, "after": LONG_WORD},
        {"label": "说明", "before": "", "after": HOSTILE},
        {"label": "品牌", "before": "测试牌", "after": ""},
        {"label": "类别", "before": "坐便器", "after": "坐便器"},
    ],
    "icons": [
        "toilet",
        "smart_toilet",
        "faucet",
        "shower",
        "water_purifier",
        "dishwasher",
        "urinal",
        "squat_toilet",
        "clothes_washer",
    ],
}
