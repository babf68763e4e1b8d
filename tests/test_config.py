"""The settings: what is refused, with one clear line, and what a development copy gets without asking."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from outreach import create_app
from outreach.config import EXIT_CONFIG, Settings, SettingsError
from tests.conftest import ROOT

GOOD_KEY = "3f9c1d7be04a52868d7c1b9a0f3e6d24"
PRODUCTION = {
    "OUTREACH_ENV": "production",
    "OUTREACH_SECRET_KEY": GOOD_KEY,
    "OUTREACH_PUBLIC_URL": "https://water.example.cn",
}


def settings(**values: str) -> Settings:
    """Production settings with some values replaced; ``X=""`` takes one away."""
    return Settings.from_environ(PRODUCTION | {f"OUTREACH_{name.upper()}": value for name, value in values.items()})


def test_a_complete_production_environment_is_accepted() -> None:
    accepted = settings()
    assert accepted.is_production
    assert accepted.hosts == ["water.example.cn"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("secret_key", "", "OUTREACH_SECRET_KEY is missing or weak"),
        ("secret_key", "short", "OUTREACH_SECRET_KEY is missing or weak"),
        ("secret_key", "a" * 64, "OUTREACH_SECRET_KEY is missing or weak"),
        ("secret_key", "changeme-changeme-0123456789-abcdef", "OUTREACH_SECRET_KEY is missing or weak"),
        ("secret_key", GOOD_KEY[:-1], "OUTREACH_SECRET_KEY is missing or weak"),
        ("public_url", "", "OUTREACH_PUBLIC_URL must be https:// in production"),
        ("public_url", "http://water.example.cn", "OUTREACH_PUBLIC_URL must be https:// in production"),
        ("public_url", "https://", "OUTREACH_PUBLIC_URL takes scheme and host only"),
        ("public_url", "https://water.example.cn/site", "OUTREACH_PUBLIC_URL takes scheme and host only"),
        ("public_url", "https://user@water.example.cn", "OUTREACH_PUBLIC_URL takes scheme and host only"),
        ("public_url", "https://water.example.cn:port", "OUTREACH_PUBLIC_URL is not a well-formed address"),
        ("public_url", "https://[::1", "OUTREACH_PUBLIC_URL is not a well-formed address"),
        ("public_url", "ftp://water.example.cn", "OUTREACH_PUBLIC_URL takes an address that starts with"),
        ("database_url", "mysql://db/site", "OUTREACH_DATABASE_URL takes an address that starts with"),
        ("database_url", "site.db", "OUTREACH_DATABASE_URL takes an address that starts with"),
        ("redis_url", "http://cache", "OUTREACH_REDIS_URL takes an address that starts with"),
        ("env", "staging", "OUTREACH_ENV takes development or production"),
        ("log_level", "verbose", "OUTREACH_LOG_LEVEL takes DEBUG, INFO, WARNING, ERROR"),
        ("trusted_proxies", "many", "OUTREACH_TRUSTED_PROXIES takes a number from 0 to 5"),
        ("trusted_proxies", "6", "OUTREACH_TRUSTED_PROXIES takes a number from 0 to 5"),
        ("trusted_proxies", "٣", "OUTREACH_TRUSTED_PROXIES takes a number from 0 to 5"),
        ("field_key", "short", "OUTREACH_FIELD_KEY is weak"),
        ("field_key", "a" * 64, "OUTREACH_FIELD_KEY is weak"),
        ("password_max_age_days", "-1", "OUTREACH_PASSWORD_MAX_AGE_DAYS takes a number of days"),
        ("password_max_age_days", "18٠", "OUTREACH_PASSWORD_MAX_AGE_DAYS takes a number of days"),
        ("metrics_token", "short", "OUTREACH_METRICS_TOKEN takes 16 characters or more"),
        ("security_contact", "security@example.cn", "OUTREACH_SECURITY_CONTACT takes mailto:"),
        ("secretkey", GOOD_KEY, "OUTREACH_SECRETKEY is not a setting"),
    ],
)
def test_o10_production_refuses_a_bad_value_in_one_line_that_names_it(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=f"^{sentence}") as refusal:
        settings(**{name: value})
    assert "\n" not in str(refusal.value)


def test_o10_a_refused_start_ends_with_status_78_and_one_line(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environ |= {"OUTREACH_ENV": "production", "OUTREACH_DATA_DIR": str(tmp_path)}
    refused = subprocess.run(
        [sys.executable, "-c", "import app"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert refused.returncode == EXIT_CONFIG == 78
    assert refused.stderr.startswith("outreach: OUTREACH_PUBLIC_URL must be https://")
    assert refused.stderr.count("\n") == 1
    assert not any(tmp_path.iterdir())


def test_a_development_copy_keeps_its_own_random_key_to_itself(tmp_path: Path) -> None:
    first = Settings(data_dir=str(tmp_path / "a")).checked()
    again = Settings(data_dir=str(tmp_path / "a")).checked()
    other = Settings(data_dir=str(tmp_path / "b")).checked()
    assert len(first.secret_key) == 64
    assert first.secret_key == again.secret_key != other.secret_key
    assert stat.S_IMODE((tmp_path / "a" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["secret"]


def test_development_answers_to_this_machine_and_production_does_not() -> None:
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(Settings().hosts)
    assert settings(trusted_hosts="WWW.example.cn, old.example.cn").hosts == [
        "water.example.cn",
        "www.example.cn",
        "old.example.cn",
    ]


def test_passwords_expire_in_production_unless_a_setting_says_otherwise() -> None:
    assert settings().password_days == 180
    assert settings(password_max_age_days="0").password_days == 0
    assert Settings().password_days == 0
    assert Settings(password_max_age_days="90").password_days == 90


def test_postgresql_is_spoken_through_psycopg_3() -> None:
    assert settings(database_url="postgresql://db/site").sqlalchemy_url == "postgresql+psycopg://db/site"
    assert settings(database_url="postgresql://db/site").is_sqlite is False
    assert settings().is_sqlite


def test_a_start_without_faults_makes_the_data_folder(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=str(tmp_path / "new")).checked())
    assert app.config["SECRET_KEY"] == (tmp_path / "new" / "secret").read_text(encoding="ascii")
