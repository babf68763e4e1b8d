"""The keys of the log come from the settings, in their order, and are told apart by fingerprints."""

from __future__ import annotations

import pytest

from outreach.config import Settings, SettingsError
from outreach.core.audit.chain import Keyring
from outreach.core.audit.extension import keyring

SECRET = "s" * 20 + "ecret of this test 123456"
FIRST, SECOND = "first key of thirty-two characters", "second key of thirty-two characters"


def ids(*keys: str) -> list[str]:
    return list(Keyring.of(keys).keys)


def test_without_a_key_of_its_own_the_secret_key_seals() -> None:
    assert list(keyring(Settings(secret_key=SECRET)).keys) == ids(SECRET)


def test_the_first_key_seals_and_all_verify() -> None:
    ring = keyring(Settings(secret_key=SECRET, audit_key=f"{FIRST}, {SECOND}"))
    assert list(ring.keys) == ids(FIRST, SECOND, SECRET)
    assert ring.sealing_id == ids(FIRST)[0]


def test_after_a_change_the_old_secret_key_still_verifies() -> None:
    sealed_with = keyring(Settings(secret_key=SECRET)).sealing_id
    assert keyring(Settings(secret_key=SECOND, audit_key=f"{SECOND},{SECRET}")).knows(sealed_with)
    assert not keyring(Settings(secret_key=SECOND)).knows(sealed_with)


def test_fingerprints_and_seals_tell_nothing_of_the_key() -> None:
    ring = Keyring.of([FIRST])
    assert FIRST not in ring.sealing_id + ring.seal("0" * 64)
    assert ring.keys[ring.sealing_id] != FIRST.encode()


@pytest.mark.parametrize("key", ["short", f"{FIRST},short", ","])
def test_short_keys_are_refused(key: str) -> None:
    with pytest.raises(SettingsError, match="OUTREACH_AUDIT_KEY"):
        Settings(audit_key=key, secret_key=SECRET).checked()
