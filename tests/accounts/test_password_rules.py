"""What a password may be: length and a list, no recipe."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.queries.known_passwords import known_words
from outreach.accounts.rules.passwords import (
    LONGEST,
    SHORTEST,
    PasswordFault,
    is_known,
    normal_password,
    password_fault,
)

WORDS = known_words()


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "P@ssw0rd2026",
        "passwordpassword",
        "123456789012",
        "111111111111",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "abcabcabcabc",
        "qwertyuiop123",
        "1qaz2wsx3edc",
        "admin@admin123",
        "Administrator1",
        "shuixiaobiaoshi",
        "jieshui@2026!!",
        "woaini5201314",
        "节水节水节水节水节水节水",
        "waterlabel2026",
        "aaaaaaaaaaab",
        "letmein!letmein!",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert password_fault(normal_password(password), "", WORDS) is PasswordFault.KNOWN


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "小河边的三只蓝色水杯",
        "alllowercasewithoutanysign",
        "我在一九八七年第一次看见海",
        "xk2p vqmw 8dlt",
        "hunting bears at the lake",
    ],
)
def test_no_kind_of_character_is_asked_for(password: str) -> None:
    expected = PasswordFault.TOO_SHORT if len(password) < SHORTEST else None
    assert password_fault(normal_password(password), "wang.min", WORDS) is expected


def test_eleven_characters_are_too_few_and_twelve_enough() -> None:
    assert password_fault("kfuw8eqzxpt", "", WORDS) is PasswordFault.TOO_SHORT
    assert password_fault("kfuw8eqzxpth", "", WORDS) is None


def test_very_long_passwords_are_refused_before_they_cost_time() -> None:
    long = "kfuw8eqzxpth " * 11
    assert password_fault(long[:LONGEST], "", WORDS) is None
    assert password_fault(long, "", WORDS) is PasswordFault.TOO_LONG


@pytest.mark.parametrize("password", ["my name is wang.min ok", "WANG.MIN likes tea", "xxwang.minxx9q"])
def test_the_login_is_no_part_of_the_password(password: str) -> None:
    assert password_fault(password, "wang.min", WORDS) is PasswordFault.CONTAINS_LOGIN


def test_another_width_of_the_keyboard_gives_the_same_password() -> None:
    assert normal_password("ｋｆｕｗ８ｅｑｚ") == "kfuw8eqz"


@given(st.sampled_from(sorted(WORDS)), st.text(string.digits + "!@#-_. ", max_size=12))
def test_a_known_word_with_digits_and_signs_stays_known(word: str, tail: str) -> None:
    assert is_known((word + tail).casefold(), WORDS) or not tail.translate(str.maketrans("", "", "!@#-_. ")).isdigit()


@given(st.text(max_size=200), st.text(max_size=20))
def test_every_text_gets_an_answer(password: str, login: str) -> None:
    assert password_fault(normal_password(password), login, WORDS) in {None, *PasswordFault}


@given(st.text(string.ascii_lowercase, min_size=16, max_size=40))
def test_long_random_letters_are_refused_only_for_a_reason(password: str) -> None:
    if password_fault(password, "", frozenset()) is PasswordFault.KNOWN:
        assert len(set(password)) < 5 or any(password == (password[:n] * 40)[: len(password)] for n in range(1, 7))
