"""Reading codes, and which of them are right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.rules.devices import device
from outreach.accounts.rules.logins import folded_login, is_login
from outreach.accounts.rules.second_factor import (
    is_recovery_code,
    matching_step,
    normal_recovery_code,
    printed,
    step_of,
    typed_code,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 23, 8, 0, 10, tzinfo=UTC)


def code(steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step_of(NOW) + steps)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_counts_one_step_around_now(steps: int) -> None:
    assert matching_step(SECRET, code(steps), NOW, None) == step_of(NOW) + steps


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_b09_a_code_two_steps_away_is_wrong(steps: int) -> None:
    assert matching_step(SECRET, code(steps), NOW, None) is None


def test_b09_a_code_and_the_ones_before_it_count_once() -> None:
    used = step_of(NOW)
    assert matching_step(SECRET, code(0), NOW, used) is None
    assert matching_step(SECRET, code(-1), NOW, used) is None
    assert matching_step(SECRET, code(1), NOW, used) == used + 1


@pytest.mark.parametrize("form", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u3000{1}", "{0}\u2013{1}"])
def test_blanks_and_lines_make_no_other_code(form: str) -> None:
    given = form.format(code()[:3], code()[3:])
    assert typed_code(given) == code()
    assert typed_code("".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code())) == code()


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "½23456", "12 34 5", "\x00" * 6])
def test_what_is_no_code_is_wrong(text: str) -> None:
    assert matching_step(SECRET, typed_code(text), NOW, None) is None


@given(st.text(max_size=100))
def test_every_text_is_read(text: str) -> None:
    typed = typed_code(text)
    assert matching_step(SECRET, typed, NOW, None) is None or typed.isdigit()
    assert is_recovery_code(typed) in (True, False)


def test_a_recovery_code_is_read_as_people_copy_it() -> None:
    shown = printed("0123456789ABCDEF")
    assert shown == "0123-4567-89AB-CDEF"
    assert is_recovery_code(typed_code(shown.lower()))
    assert normal_recovery_code(typed_code("OI23-4567-89AB-CDEF")) == "0123456789ABCDEF"
    assert not is_recovery_code(typed_code("UUUU-UUUU-UUUU-UUUU"))


def test_a_clock_that_runs_ahead_does_not_lock_the_next_code_out() -> None:
    first = matching_step(SECRET, code(1), NOW, None)
    assert matching_step(SECRET, code(2), NOW + timedelta(seconds=30), first) == step_of(NOW) + 2


@pytest.mark.parametrize("typed", ["Wang.Min", " wang.min ", "ＷＡＮＧ.min", "WANG.MIN"])
def test_b08_no_spelling_makes_another_account(typed: str) -> None:
    assert folded_login(typed) == "wang.min"


@pytest.mark.parametrize("login", ["ab", "-ab", "a b c", "王小明", "a" * 65, "a\nbc", ""])
def test_what_is_no_login(login: str) -> None:
    assert not is_login(login)


def test_devices_are_told_apart_by_what_they_call_themselves() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 (KHTML, like Gecko) Chrome/130 Safari/537 Edg/130"
    assert device(edge) == "Edge · Windows"
    assert (
        device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604")
        == "Safari · iOS"
    )
    assert device("curl/8.5.0") == "curl/8.5.0"
    assert device("") == "—"
