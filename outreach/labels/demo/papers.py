"""Certificates and spot checks of the demonstration catalogue, as plain values drawn from its filings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.labels.demo.chance import Chance
from outreach.labels.demo.figures import Quantity
from outreach.labels.demo.filings import Filing
from outreach.labels.demo.parts import Parts
from outreach.labels.models import CertificateStatus, RegistrationStatus, SpotCheckResult

#: Worst computed rank that a certificate is given for.
CERTIFIABLE = ("1", "2")
#: States that follow a failed spot check.
ENDED = (RegistrationStatus.SUSPENDED, RegistrationStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate over one to three models of the first filing's maker and category."""

    number: str
    filings: tuple[Filing, ...]
    factory: str
    mode: str
    body: str
    valid_from: date
    valid_to: date
    first_issued_on: date
    status: CertificateStatus


@dataclass(frozen=True, slots=True)
class Check:
    """One published spot check of a filing."""

    filing: Filing
    published_on: date
    authority: str
    result: SpotCheckResult
    finding: str
    document: str


def make_certificates(parts: Parts, filings: Sequence[Filing]) -> list[Paper]:
    """Certificates for products of grade 1 or 2, spread over every state."""
    chance = Chance(parts.seed, "certificates")
    able = [one for one in filings if one.computed in CERTIFIABLE and not one.model.maker.is_foreign]
    groups: dict[tuple[str, str], list[Filing]] = {}
    for one in able:
        groups.setdefault((one.model.maker.name, one.outline.category), []).append(one)
    found = []
    for serial in range(1, parts.certificates["count"] + 1):
        first = chance.pick(able)
        others = groups[first.model.maker.name, first.outline.category]
        chosen = {
            one.model.code: one for one in (first, *(chance.pick(others) for _more in range(chance.number(0, 2))))
        }
        found.append(_certificate(parts, serial, tuple(chosen.values()), chance))
    return found


def _certificate(parts: Parts, serial: int, filings: tuple[Filing, ...], chance: Chance) -> Paper:
    rules = parts.certificates
    latest = max(one.announced_on for one in filings)
    start = chance.day(latest, min(parts.as_of_on, latest + timedelta(days=365)))
    end = start + timedelta(days=365 * rules["years"])
    status = CertificateStatus(chance.weighted(tuple(rules["statuses"]), tuple(rules["statuses"].values())))
    if end < parts.as_of_on and status is CertificateStatus.VALID:
        status = CertificateStatus.EXPIRED
    renewed = start - timedelta(days=365 * rules["years"]) if chance.happens(0.2) else start
    number = f"DEMO-JS-{start:%Y}-{serial:05}"
    return Paper(
        number=number,
        filings=filings,
        factory=f"{filings[0].model.maker.name}{rules['factory_suffix']}",
        mode=rules["mode"],
        body=chance.pick(rules["bodies"]),
        valid_from=start,
        valid_to=end,
        first_issued_on=renewed,
        status=status,
    )


def make_spot_checks(parts: Parts, filings: Sequence[Filing], quantities: Mapping[str, Quantity]) -> list[Check]:
    """Spot checks of a few filings; those that were suspended or withdrawn had failed one before."""
    chance = Chance(parts.seed, "spot checks")
    rules = parts.spot_checks
    graded = [one for one in filings if one.computed == one.declared != "" and not one.model.maker.is_foreign]
    chosen: dict[str, Filing] = {
        one.number: one for one in graded if one.status in ENDED and chance.happens(rules["ended_share"])
    }
    while len(chosen) < rules["count"]:
        one = chance.pick(graded)
        chosen[one.number] = one
    return [_check(parts, quantities, filing, chance) for filing in chosen.values()]


def _check(parts: Parts, quantities: Mapping[str, Quantity], filing: Filing, chance: Chance) -> Check:
    rules = parts.spot_checks
    has_failed = filing.status in ENDED or chance.happens(rules["failed_share"])
    day = chance.day(filing.announced_on, filing.events[-1].on if filing.status in ENDED else parts.as_of_on)
    return Check(
        filing=filing,
        published_on=day,
        authority=chance.pick(rules["authorities"]),
        result=SpotCheckResult.FAILED if has_failed else SpotCheckResult.PASSED,
        finding=_finding(rules["finding"], filing, quantities, chance) if has_failed else "",
        document=rules["document"].format(year=day.year, issue=(day.month + 2) // 3),
    )


def _finding(template: str, filing: Filing, quantities: Mapping[str, Quantity], chance: Chance) -> str:
    """What failed: one metric a little beyond the limit of the declared grade."""
    scale = filing.outline.scales[filing.model.kind.subtype]
    limits = [limit for step in scale.steps if step.code == filing.declared for limit in step.limits]
    limit = chance.pick(limits)
    quantity = quantities[limit.metric]
    bound = limit.high if limit.high is not None else limit.low or 0.0
    excess = chance.number(104, 115) / 100
    measured = bound * excess if quantity.is_lower_better else bound / excess
    figures = {"measured": f"{measured:.{quantity.decimals}f}", "limit": f"{bound:.{quantity.decimals}f}"}
    return template.format(metric=quantity.name, unit=quantity.unit, **figures).replace(" ，", "，").replace("  ", " ")
