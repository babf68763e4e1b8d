"""Decisions of the inbox, by example and by property."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.replies import PLACEHOLDERS, templates
from outreach.inbox.rules.clocks import Clock, due, last_day, working_days_between
from outreach.inbox.rules.codes import ALPHABET, make_code, tidy_code
from outreach.inbox.rules.figures import ALL, Handled, figures
from outreach.inbox.rules.states import ENDED, OPEN, STEPS, State, Step, is_of_other, leads_to

DAYS = st.dates(date(2020, 1, 1), date(2060, 1, 1))
FRIDAY = date(2026, 11, 20)


@given(DAYS, st.integers(0, 60))
def test_the_last_day_is_a_working_day_that_many_working_days_later(day: date, days: int) -> None:
    found = last_day(day, days)
    assert working_days_between(day, found) == days
    assert days == 0 or found.weekday() < 5


@pytest.mark.parametrize(
    ("due_on", "today", "answered_on", "clock", "days"),
    [
        (FRIDAY, FRIDAY - timedelta(days=4), None, Clock.RUNNING, 4),
        (FRIDAY, FRIDAY - timedelta(days=1), None, Clock.SOON, 1),
        (FRIDAY, FRIDAY, None, Clock.SOON, 0),
        (FRIDAY, FRIDAY + timedelta(days=1), None, Clock.OVERDUE, 1),
        (FRIDAY, FRIDAY + timedelta(days=4), None, Clock.OVERDUE, 2),
        (FRIDAY, FRIDAY + timedelta(days=90), FRIDAY, Clock.IN_TIME, 0),
        (FRIDAY, FRIDAY + timedelta(days=90), FRIDAY + timedelta(days=3), Clock.LATE, 1),
    ],
)
def test_a_clock_says_how_it_stands(
    due_on: date, today: date, answered_on: date | None, clock: Clock, days: int
) -> None:
    found = due(due_on, today, answered_on, needs_answer=True)
    assert (found.clock, found.days) == (clock, days)


def test_what_needs_no_answer_has_no_clock() -> None:
    assert due(FRIDAY, FRIDAY + timedelta(days=90), None, needs_answer=False).clock is Clock.NONE


@given(st.text(), st.text())
def test_codes_are_the_same_for_the_same_form_only(first: str, second: str) -> None:
    code = make_code("secret", first, second)
    assert code == make_code("secret", first, second)
    assert code != make_code("other", first, second)
    assert code != make_code("secret", first, second, "")
    assert tidy_code(code) == code
    assert set(code) <= {*ALPHABET, "-"}


@given(st.text())
def test_anything_typed_is_a_code_or_none(typed: str) -> None:
    found = tidy_code(typed)
    assert found == "" or tidy_code(found) == found


def test_what_is_open_can_be_answered_and_what_has_ended_only_reopened() -> None:
    assert {state for state in State if leads_to(Step.REPLY, state)} == {*OPEN, State.ANSWERED}
    for state in ENDED:
        assert {step for step in Step if leads_to(step, state)} == {Step.REOPEN, Step.NOTE}
    assert set(STEPS) == {*Step} - {Step.FORGET}


def test_who_may_do_what_with_whose_letter() -> None:
    assert not is_of_other(Step.REPLY, None, 7)
    assert not is_of_other(Step.REPLY, 7, 7)
    assert is_of_other(Step.REPLY, 8, 7)
    assert not is_of_other(Step.ASSIGN, 8, 7)
    assert not is_of_other(Step.NOTE, 8, 7)


def handled(kind: str, state: State, answered_after: int | None = None) -> Handled:
    answered_on = None if answered_after is None else last_day(FRIDAY, answered_after)
    return Handled(kind, state, FRIDAY, last_day(FRIDAY, 5), answered_on)


def test_figures_of_a_year() -> None:
    letters = [
        handled("site", State.ANSWERED, 1),
        handled("site", State.CLOSED, 4),
        handled("site", State.CLOSED, 9),
        handled("site", State.ASSIGNED),
        handled("enquiry", State.REJECTED),
        handled("gone", State.MERGED),
    ]
    lines = {line.kind: line for line in figures(letters, ["site", "enquiry", "product"], FRIDAY + timedelta(days=60))}
    assert list(lines) == ["site", "enquiry", "product", "gone", ALL]
    site = lines["site"]
    assert (site.received, site.answered, site.in_time, site.overdue, site.median_days) == (4, 3, 2, 2, 4)
    assert (lines["enquiry"].rejected, lines["enquiry"].overdue, lines["enquiry"].median_days) == (1, 0, None)
    assert (lines["product"].received, lines["product"].in_time_share) == (0, None)
    assert (lines[ALL].received, lines[ALL].merged) == (6, 1)


VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}


@pytest.mark.parametrize("code", list(templates()))
def test_every_template_has_both_languages_and_known_placeholders_only(code: str) -> None:
    template = templates()[code]
    for is_english in (False, True):
        text = template.filled(VALUES, is_english=is_english)
        assert len(text) > 20
        assert "{" not in text
        assert "<number>" in text
    assert template.title
    assert template.title_en
    assert template.kinds <= {"product", "county", "site", "enquiry"}


@given(st.text())
def test_what_a_letter_says_cannot_bring_placeholders_of_its_own(words: str) -> None:
    template = next(one for one in templates().values() if "{subject}" in one.text)
    text = template.filled({**VALUES, "subject": "{number}" + words + "{0.__class__}"}, is_english=False)
    assert "{number}" + words + "{0.__class__}" in text
