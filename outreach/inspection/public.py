"""What other slices may use of the self-inspection: whether a text holds numbers of persons."""

from __future__ import annotations

from outreach.inspection.rules.personal import find_numbers


def personal_numbers(text: str) -> list[str]:
    """Telephone, identity and card numbers of persons in ``text``, masked."""
    return [one.masked for one in find_numbers(text)]
