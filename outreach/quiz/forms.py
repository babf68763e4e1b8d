"""What participants type, as typed values. Fields that a form does not have are not looked at."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from werkzeug.datastructures import MultiDict

from outreach.core.search.text import clean
from outreach.quiz.actions.joining import EXTRA_TIME, Profile
from outreach.quiz.models import AgeBand
from outreach.quiz.rules import nicknames, work
from outreach.quiz.rules.nicknames import NicknameFault, WordList

Args = MultiDict[str, str]

LONGEST_CODE: Final = 64
LONGEST_TEXT: Final = 1000
SHORTEST_TEXT: Final = 5
LONGEST_CONTACT: Final = 200
LONGEST_PROOF: Final = 300
YES: Final = "yes"


class FormFault(StrEnum):
    """Why a field is refused, beside ``NicknameFault``."""

    MISSING = "missing"
    AGE = "age"
    COUNTY = "county"
    UNIT = "unit"
    CONSENT = "consent"
    CONSENT_CHANGED = "consent-changed"
    GUARDIAN = "guardian"
    CODE = "code"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    CONFIRM = "confirm"
    LOCKED = "locked"


Faults = Mapping[str, FormFault | NicknameFault]


@dataclass(frozen=True, slots=True)
class JoinForm:
    """The form for joining; what was typed is kept."""

    nickname: str = ""
    age_band: str = ""
    county_code: str = ""
    unit_code: str = ""
    extra_time: int = 100
    consents: bool = False
    guardian_consents: bool = False
    consent_version: str = ""
    challenge: str = ""
    answer: str = ""
    faults: Faults = field(default_factory=dict)

    @property
    def profile(self) -> Profile:
        return Profile(self.nickname, self.age_band, self.county_code, self.unit_code)

    @property
    def needs_guardian(self) -> bool:
        return self.age_band == AgeBand.UNDER_14


@dataclass(frozen=True, slots=True)
class TextForm:
    """One text that somebody wrote to us."""

    text: str
    fault: FormFault | None = None


def parse_join(args: Args, words: WordList, consent_version: str) -> JoinForm:
    """Read the form for joining and everything that is wrong with it by itself."""
    nickname = nicknames.cleaned(args.get("nickname", "")[: nicknames.LONGEST * 4])
    form = JoinForm(
        nickname=nickname,
        age_band=_choice(args.get("age_band", ""), [age.value for age in AgeBand]),
        county_code=clean(args.get("county", ""), 6),
        unit_code=clean(args.get("unit", ""), LONGEST_CODE),
        extra_time=parse_extra_time(args),
        consents=args.get("consents") == YES,
        guardian_consents=args.get("guardian_consents") == YES,
        consent_version=clean(args.get("consent_version", ""), LONGEST_CODE),
        challenge=args.get("challenge", "")[:LONGEST_PROOF],
        answer=clean(args.get("answer", ""), work.LONGEST_ANSWER + 1),  # one that is too long stays so
    )
    return _judged(form, words, consent_version)


def _judged(form: JoinForm, words: WordList, consent_version: str) -> JoinForm:
    faults: dict[str, FormFault | NicknameFault] = profile_faults(form.profile, words)
    if not form.consents:
        faults["consents"] = FormFault.CONSENT
    elif form.consent_version != consent_version:
        faults["consents"] = FormFault.CONSENT_CHANGED
    return JoinForm(**{name: getattr(form, name) for name in form.__slots__ if name != "faults"}, faults=faults)


def profile_faults(profile: Profile, words: WordList) -> dict[str, FormFault | NicknameFault]:
    """What is wrong with a profile before anybody asks the database."""
    faults: dict[str, FormFault | NicknameFault] = {}
    if not profile.nickname:
        faults["nickname"] = FormFault.MISSING
    elif fault := nicknames.nickname_fault(profile.nickname, words):
        faults["nickname"] = fault
    if not profile.age_band:
        faults["age_band"] = FormFault.AGE
    if not profile.county_code:
        faults["county"] = FormFault.COUNTY
    return faults


def parse_extra_time(args: Args) -> int:
    """The declared need for more time, in per cent of the usual; the usual one for anything else."""
    text = args.get("extra_time", "")
    return next((step for step in EXTRA_TIME if str(step) == text), EXTRA_TIME[0])


def parse_code(args: Args) -> str:
    """A code as somebody typed it."""
    return clean(args.get("code", ""), LONGEST_CODE)


def parse_text(args: Args, name: str, *, shortest: int = SHORTEST_TEXT, longest: int = LONGEST_TEXT) -> TextForm:
    """A text of several lines, without what no database or reader takes."""
    raw = args.get(name, "")
    shown = "".join(sign for sign in raw[: longest * 4] if sign == "\n" or not _is_unseen(sign)).strip()
    if len(shown) > longest:
        return TextForm(shown[:longest], FormFault.TOO_LONG)
    if len(shown) < shortest:
        return TextForm(shown, FormFault.TOO_SHORT if shown else FormFault.MISSING)
    return TextForm(shown)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _choice(text: str, known: list[str]) -> str:
    return text if text in known else ""
