"""Searching: what comes first, what counts as a hit, what is offered when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.search.outbox import touch_generation
from outreach.labels.forms import CatalogueQuery
from outreach.labels.models import GradeCheck, RegistrationStatus
from outreach.labels.queries.catalogue import Catalogue
from outreach.labels.queries.results import CataloguePage
from tests import factories
from tests.labels.queries.register import MemoryIndex, catalogue_of
from tests.labels.statements import counted_statements

MODELS = ("JBCD7E-02-V16Max", "JBCD7E-02", "JBCD7E-03-V18", "V18-Life", "V18", "W76-S1U", "X7黑", "PFQ83HSSW***")


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    """Toilets of one maker, the later models announced later."""
    fangtai = factories.maker(session, "宁波方太厨具有限公司", short_name="方太")
    for number, model in enumerate(MODELS):
        factories.registration(
            session,
            f"202605{number + 10}-CWL032020-84502{number}",
            model=model,
            maker=fangtai,
            announced_on=date(2026, 5, number + 10),
        )
    touch_generation(session, "labels")
    return catalogue_of(session)


def search(catalogue: Catalogue, session: Session, text: str, **values: object) -> CataloguePage:
    return catalogue.search(session, replace(CatalogueQuery(text=text), **values))


def models(page: CataloguePage) -> list[str]:
    return [card.model for card in page.items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("V18", ["V18", "V18-Life", "JBCD7E-03-V18"]),
        ("jbcd7e02", ["JBCD7E-02", "JBCD7E-02-V16Max"]),
        ("JBCD7E 02", ["JBCD7E-02", "JBCD7E-02-V16Max"]),
        ("方太 V16Max", ["JBCD7E-02-V16Max"]),
        ("方太JBCD7E-03-V18", ["JBCD7E-03-V18"]),
        ("x7黑", ["X7黑"]),
        ("X7", ["X7黑"]),
        ("黑", ["X7黑"]),
        ("方太 黑", ["X7黑"]),
        ("W7*", ["W76-S1U"]),
        ("*S1U", ["W76-S1U"]),
        ("J*V1*", ["JBCD7E-03-V18", "JBCD7E-02-V16Max"]),
        ("*16*max", ["JBCD7E-02-V16Max"]),
        ("PFQ83HSSW***", ["PFQ83HSSW***"]),
        ("20260513-CWL032020-845023", ["V18-Life"]),
        ("20260513cwl032020845023", ["V18-Life"]),
        ("20260513", ["V18-Life"]),
        ("845023", ["V18-Life"]),
        ("CWL032020-845023", ["V18-Life"]),
        ("方太 845023", ["V18-Life"]),
    ],
)
def test_exact_codes_come_first_then_beginnings_then_the_rest(
    session: Session, catalogue: Catalogue, text: str, expected: list[str]
) -> None:
    assert models(search(catalogue, session, text)) == expected


def test_the_rule_number_finds_all_its_registrations(session: Session, catalogue: Catalogue) -> None:
    assert search(catalogue, session, "CWL032020").total == len(MODELS)


def test_another_sort_is_kept_even_when_codes_fit_differently(session: Session, catalogue: Catalogue) -> None:
    assert models(search(catalogue, session, "V18", sort="date")) == ["V18", "V18-Life", "JBCD7E-03-V18"]
    assert models(search(catalogue, session, "V18", sort="model")) == ["JBCD7E-03-V18", "V18", "V18-Life"]


def test_listed_registrations_come_first_and_the_others_are_still_found(session: Session) -> None:
    for number, status in enumerate(RegistrationStatus):
        factories.registration(session, model=f"ZB-{number}", status=status, announced_on=date(2026, 5, 10 + number))
    page = search(catalogue_of(session), session, "zb")
    assert page.total == len(RegistrationStatus)
    assert page.items[0].status == "listed"


def test_a_card_tells_everything_that_a_list_prints(session: Session) -> None:
    edition = factories.edition(session)
    factories.registration(
        session, model="ZB-1", grade="1", grade_check=GradeCheck.DIFFERS, computed_grade_id=edition.grades[1].id
    )
    card = search(catalogue_of(session), session, "").items[0]
    assert card.declared_grade is not None
    assert (card.declared_grade.code, card.declared_grade.steps, card.declared_grade.standard_no) == (
        "1",
        3,
        "GB 25502-2017",
    )
    assert card.differing_grade is not None
    assert card.differing_grade.code == "2"
    assert (card.water_use, card.water_unit, card.announced_on) == (3.8, "L", date(2026, 5, 19))


def test_words_that_no_dictionary_knows_are_found_in_names(session: Session) -> None:
    brand = factories.brand(session, "听雨·Quill Marsh")
    factories.registration(session, model="A-1", brand_id=brand.id)
    factories.registration(session, model="A-2", maker=factories.maker(session, "望汐洲卫浴有限公司"))
    catalogue = catalogue_of(session)
    assert models(search(catalogue, session, "quill")) == ["A-1"]
    assert models(search(catalogue, session, "marsh 听雨")) == ["A-1"]
    assert models(search(catalogue, session, "汐洲")) == ["A-2"]
    assert search(catalogue, session, "汐洲 听雨").total == 0


def test_without_the_index_words_are_matched_by_the_database(session: Session, catalogue: Catalogue) -> None:
    index = MemoryIndex(session)
    index.is_down = True
    simple = Catalogue(index, max_age=0)
    page = search(simple, session, "宁波方太厨")
    assert page.is_simple_search
    assert page.total == len(MODELS)
    assert search(simple, session, "100%厨").total == 0
    assert not search(simple, session, "方太 一级").is_simple_search


def test_chips_show_what_was_understood_and_how_to_take_it_away(session: Session, catalogue: Catalogue) -> None:
    page = search(catalogue, session, "方太 節水馬桶 V18 静音", statuses=("listed",))
    chips = {chip.kind: (chip.label, chip.words, chip.query.text) for chip in page.chips}
    assert chips == {
        "maker": ("方太", "方太", "節水馬桶 V18 静音"),
        "model": ("V18", "V18", "方太 節水馬桶 静音"),
        "text": ("静音", "静音", "方太 節水馬桶 V18"),
        "status": ("在册", "", "方太 節水馬桶 V18 静音"),
        "category": ("坐便器", "馬桶", "方太 節水 V18 静音"),
    }
    assert next(chip.query.statuses for chip in page.chips if chip.kind == "status") == ()


def test_near_misses_of_a_code_stand_apart_and_only_when_nothing_matches(
    session: Session, catalogue: Catalogue
) -> None:
    page = search(catalogue, session, "JBCD7E-02-V61Max")
    assert page.total == 0
    assert [card.model for card in page.similar] == ["JBCD7E-02-V16Max"]
    assert [card.model for card in search(catalogue, session, "W76 SIU").similar] == ["W76-S1U"]
    assert search(catalogue, session, "V18").similar == ()


def test_near_misses_of_a_number_are_found_too(session: Session, catalogue: Catalogue) -> None:
    page = search(catalogue, session, "20260513-CWL032020-845032")
    assert [card.number for card in page.similar] == ["20260513-CWL032020-845023"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("方泰", "方太"),
        ("方泰马桶", "方太 马桶"),
        ("马捅", "马桶"),
        ("fangtei", "方太"),
        ("fangt", "方太"),
        ("方太 冰箱", "方太"),
        ("冰箱", ""),
    ],
)
def test_words_that_find_something_are_offered_instead(
    session: Session, catalogue: Catalogue, text: str, meant: str
) -> None:
    page = search(catalogue, session, text)
    assert page.total == 0
    assert page.did_you_mean == meant
    assert not meant or search(catalogue, session, meant).total


def test_a_grade_of_another_scheme_says_so_and_the_grade_alone_is_offered(
    session: Session, catalogue: Catalogue
) -> None:
    factories.scheme(session, "cn-energylabel", name="中国能效标识", name_en="China Energy Label")
    touch_generation(session, "labels")
    page = search(catalogue, session, "一级能效马桶")
    assert [chip.label for chip in page.chips] == ["中国能效标识 1 级", "坐便器"]
    assert (page.total, page.did_you_mean) == (0, "1级 马桶")


def test_makers_are_found_by_the_names_that_they_are_known_by_elsewhere(session: Session) -> None:
    factories.registration(session, model="S-1", maker=factories.maker(session, "SAMSUNG", short_name="SAMSUNG"))
    factories.registration(session, model="F-1", maker=factories.maker(session, "宁波方太", short_name="方太"))
    catalogue = catalogue_of(session)
    assert models(search(catalogue, session, "三星")) == ["S-1"]
    assert models(search(catalogue, session, "FOTILE")) == ["F-1"]


def test_filler_that_is_found_nowhere_shows_everything(session: Session, catalogue: Catalogue) -> None:
    assert search(catalogue, session, "节水 推荐").total == len(MODELS)


def test_signs_without_a_letter_find_nothing_and_the_star_everything(session: Session, catalogue: Catalogue) -> None:
    assert search(catalogue, session, "%").total == 0
    assert search(catalogue, session, "_ 😀").total == 0
    assert search(catalogue, session, "*").total == len(MODELS)


def test_demo_rows_show_until_a_real_register_is_in(session: Session) -> None:
    run = factories.import_run(session, "demo", is_demo=True)
    factories.registration(session, model="DEMO-1", run=run, is_demo=True)
    catalogue = catalogue_of(session)
    page = search(catalogue, session, "")
    assert (models(page), page.has_demo) == (["DEMO-1"], True)
    factories.registration(session, model="REAL-1")
    touch_generation(session, "labels")
    page = search(catalogue, session, "")
    assert (models(page), page.has_demo) == (["REAL-1"], False)
    assert search(catalogue, session, "DEMO").total == 0


def test_a_page_costs_two_statements_whatever_is_asked(app: Flask, session: Session, catalogue: Catalogue) -> None:
    for text in ("", "方太 马桶 一级", "V18", "20260513"):
        search(catalogue, session, text)
        with counted_statements(app) as statements:
            page = search(catalogue, session, text, per_page=100)
        assert page.items
        assert len(statements) == 2, statements


def test_an_empty_register_answers_with_nothing(session: Session) -> None:
    catalogue = catalogue_of(session)
    for text in ("", "马桶", "X1", "*", "2026"):
        page = search(catalogue, session, text)
        assert (page.total, page.items, page.similar, page.pages) == (0, (), (), 1)
    assert list(catalogue.ids(session, CatalogueQuery())) == []
    assert catalogue.suggest(session, "马") == ()
