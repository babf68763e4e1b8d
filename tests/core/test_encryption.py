"""Encrypted values: unreadable without the key, bound to their purpose, never twice the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.encryption import NotReadable, decrypt, encrypt
from tests.sites import SiteMaker

KEY = "3f9c1d7be04a52868d7c1b9a0f3e6d24"
OTHER = "93b0a7c25d1e4f68a0c9e7d1b3f52468"


def test_a_value_comes_back_and_never_looks_the_same_twice(make_site: SiteMaker) -> None:
    with make_site().app_context():

        @given(st.text(max_size=200))
        def comes_back(text: str) -> None:
            first, second = encrypt(text, "a"), encrypt(text, "a")
            assert first != second
            assert decrypt(first, "a") == decrypt(second, "a") == text

        comes_back()


def test_a_value_of_one_purpose_is_none_of_another(make_site: SiteMaker) -> None:
    with make_site().app_context():
        stored = encrypt("13812345678", "contact.phone")
        assert "138" not in stored
        with pytest.raises(NotReadable):
            decrypt(stored, "contact.name")


@pytest.mark.parametrize("damage", ["", "1:", "1:AAAA", "2:AAAA", "text", "1:" + "A" * 60, "1:\u6c34"])
def test_a_damaged_value_is_said_to_be_unreadable(make_site: SiteMaker, damage: str) -> None:
    with make_site().app_context(), pytest.raises(NotReadable):
        decrypt(damage, "a")


def test_every_changed_sign_is_noticed(make_site: SiteMaker) -> None:
    with make_site().app_context():
        stored = encrypt("water", "a")
        for place in range(2, len(stored)):
            other = "A" if stored[place] != "A" else "B"
            changed = stored[:place] + other + stored[place + 1 :]
            try:
                assert decrypt(changed, "a") == "water", "only the unused bits of the last sign may differ"
            except NotReadable:
                continue
            assert place >= len(stored.rstrip("=")) - 1


def test_another_key_reads_nothing_and_the_field_key_outlives_the_secret_key(make_site: SiteMaker) -> None:
    with make_site(field_key=KEY, secret_key=OTHER).app_context():
        stored = encrypt("water", "a")
    with make_site(field_key=KEY, secret_key=KEY).app_context():
        assert decrypt(stored, "a") == "water"
    with make_site(secret_key=OTHER).app_context(), pytest.raises(NotReadable):
        decrypt(stored, "a")
