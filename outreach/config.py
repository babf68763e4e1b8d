"""Settings: what the site takes from outside, read once from ``OUTREACH_*`` and checked before anything starts."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "OUTREACH_"
SECRET_KEY_MIN_LENGTH = 32
SECRET_KEY_MIN_DISTINCT = 10
WEAK_SECRETS = ("secret", "changeme", "change-me", "password", "example", "default", "outreach")
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

#: Exit status of a process that refuses its configuration (``EX_CONFIG`` of sysexits.h).
EXIT_CONFIG = 78


class SettingsError(ValueError):
    """A setting is missing, unknown, weak or malformed; the message names it and says what it takes."""


def _setting(default: str, help_text: str) -> str:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; ``Settings.from_environ`` is the only way the site makes one.

    Each field ``x`` is read from ``OUTREACH_X``. The help texts are the README's table (a test compares them).
    """

    env: str = _setting("development", "`development` or `production`; production refuses weak or missing values")
    secret_key: str = _setting("", "signs what the site hands out; 32 characters or more, required in production")
    field_key: str = _setting(
        "", "encrypts personal data and second factors in the database; 32 characters or more; empty: the secret key"
    )
    password_max_age_days: str = _setting(
        "", "days until staff must change their password, 0: never; empty: 180 in production, 0 in development"
    )
    database_url: str = _setting("", "`sqlite:///…` (default: `site.db` in the data folder) or `postgresql://…`")
    redis_url: str = _setting("", "`redis://…`: shared rate limits when several processes serve; empty: in memory")
    data_dir: str = _setting("var", "folder of the database, the search index and the built assets")
    public_url: str = _setting("http://127.0.0.1:8000", "address that visitors use; absolute links are made from it")
    trusted_hosts: str = _setting("", "further host names that may be asked for, separated by commas")
    trusted_proxies: str = _setting("0", "how many reverse proxies stand in front; 0: forwarded headers are ignored")
    metrics_token: str = _setting("", "bearer token of `/metrics`; empty: the address does not exist")
    security_contact: str = _setting("", "`mailto:…` or `https://…` that `security.txt` names; empty: the about page")
    assessment_dir: str = _setting(
        "", "folder of the operator's own scoring table for counties; empty: `assessment` in the data folder, else ours"
    )
    audit_key: str = _setting(
        "", "seals the audit log; several separated by commas: the first seals, all verify; empty: the secret key's own"
    )
    log_level: str = _setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check the settings. Raises ``SettingsError`` with one clear line for the first fault found."""
        environ = os.environ if environ is None else environ
        names = {PREFIX + f.name.upper(): f.name for f in fields(cls)}
        known = set(names) | {PREFIX + "TEST_DATABASE_URL", PREFIX + "TEST_REDIS_URL"}
        for name in sorted(environ):
            if name.startswith(PREFIX) and name not in known:
                raise SettingsError(f"{name} is not a setting; known: {', '.join(sorted(names))}")
        given = {names[name]: environ[name].strip() for name in names if environ.get(name, "").strip()}
        return cls(**given).checked()

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.sqlalchemy_url.startswith("sqlite")

    @property
    def password_days(self) -> int:
        """How many days a password of the staff may be used; 0: as long as they like."""
        return int(self.password_max_age_days or (180 if self.is_production else 0))

    @property
    def data_path(self) -> Path:
        """Absolute path of the data folder."""
        return Path(self.data_dir).resolve()

    @property
    def sqlalchemy_url(self) -> str:
        """The database address in SQLAlchemy's spelling (psycopg 3 for PostgreSQL)."""
        if not self.database_url:
            return f"sqlite:///{self.data_path / 'site.db'}"
        if self.database_url.startswith("postgresql://"):
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return self.database_url

    @property
    def hosts(self) -> list[str]:
        """Host names the site answers to: the public one first, the listed ones, this machine's in development."""
        public = urlsplit(self.public_url).hostname or ""
        names = [f"[{public}]" if ":" in public else public, *self.trusted_hosts.lower().split(",")]
        if not self.is_production:
            names += ["localhost", "127.0.0.1", "[::1]"]
        return list(dict.fromkeys(name.strip() for name in names if name.strip()))

    def checked(self) -> Settings:
        """The same settings when every value is sound (development gets a key of its own), else ``SettingsError``."""
        if self.env not in ("development", "production"):
            raise SettingsError("OUTREACH_ENV takes development or production")
        if self.log_level not in LOG_LEVELS:
            raise SettingsError(f"OUTREACH_LOG_LEVEL takes {', '.join(LOG_LEVELS)}")
        if not self.trusted_proxies.isascii() or not self.trusted_proxies.isdigit() or int(self.trusted_proxies) > 5:
            raise SettingsError("OUTREACH_TRUSTED_PROXIES takes a number from 0 to 5")
        days = self.password_max_age_days or "0"
        if not (days.isascii() and days.isdigit() and len(days) <= 4):
            raise SettingsError("OUTREACH_PASSWORD_MAX_AGE_DAYS takes a number of days from 0 to 9999")
        if self.field_key and is_weak(self.field_key):
            raise SettingsError("OUTREACH_FIELD_KEY is weak: it takes 32 random characters or more")
        self._check_url("OUTREACH_DATABASE_URL", self.database_url, DATABASE_SCHEMES)
        self._check_url("OUTREACH_REDIS_URL", self.redis_url, ("redis", "rediss", "unix"))
        self._check_url("OUTREACH_PUBLIC_URL", self.public_url, ("http", "https"))
        self._check_public_url()
        if self.metrics_token and len(self.metrics_token) < 16:
            raise SettingsError("OUTREACH_METRICS_TOKEN takes 16 characters or more")
        if any(len(key.strip()) < SECRET_KEY_MIN_LENGTH for key in self.audit_key.split(",") if self.audit_key):
            raise SettingsError("OUTREACH_AUDIT_KEY takes keys of 32 characters or more, separated by commas")
        if self.security_contact and not self.security_contact.startswith(("mailto:", "https://")):
            raise SettingsError("OUTREACH_SECURITY_CONTACT takes mailto:… or https://…")
        return self._with_secret_key()

    def _check_public_url(self) -> None:
        parts = urlsplit(self.public_url)
        if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
            raise SettingsError("OUTREACH_PUBLIC_URL takes scheme and host only, such as https://water.example.cn")
        if self.is_production and parts.scheme != "https":
            raise SettingsError("OUTREACH_PUBLIC_URL must be https:// in production")

    @staticmethod
    def _check_url(name: str, value: str, schemes: tuple[str, ...]) -> None:
        if value and not any(value.startswith(f"{scheme}://") for scheme in schemes):
            raise SettingsError(f"{name} takes an address that starts with {' or '.join(s + '://' for s in schemes)}")
        try:
            _ = urlsplit(value).port
        except ValueError:
            raise SettingsError(f"{name} is not a well-formed address") from None

    def _with_secret_key(self) -> Settings:
        key = self.secret_key
        if not key and not self.is_production:
            return replace(self, secret_key=development_secret(self.data_path))
        if self.is_production and is_weak(key):
            raise SettingsError(
                "OUTREACH_SECRET_KEY is missing or weak: production takes 32 random characters or more "
                "(python -c 'import secrets; print(secrets.token_hex(32))')"
            )
        return self


def is_weak(key: str) -> bool:
    """Whether somebody could guess a key: too short, too uniform, or made of words."""
    is_guessable = any(word in key.lower() for word in WEAK_SECRETS) or len(set(key)) < SECRET_KEY_MIN_DISTINCT
    return len(key) < SECRET_KEY_MIN_LENGTH or is_guessable


def development_secret(data_path: Path) -> str:
    """The random key that a development copy keeps in its data folder, so that a restart does not change it."""
    path = data_path / "secret"
    if not path.exists():
        data_path.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret.{secrets.token_hex(4)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
