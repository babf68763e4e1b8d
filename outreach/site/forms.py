"""Arguments of the display settings and of the notice before leaving, as typed values."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from outreach.core.addresses import is_own_path
from outreach.core.preferences import THEMES, VIEWS


@dataclass(frozen=True, slots=True)
class PreferencesForm:
    """What was chosen (empty: nothing), and the page to go back to (empty: none that may be trusted)."""

    view: str
    theme: str
    next_path: str

    @property
    def is_choice(self) -> bool:
        return bool(self.view or self.theme)


def parse_preferences_form(args: MultiDict[str, str]) -> PreferencesForm:
    """Read the arguments; unknown choices count as not made."""
    view, theme, next_path = (args.get(name, "") for name in ("view", "theme", "next"))
    return PreferencesForm(
        view=view if view in VIEWS else "",
        theme=theme if theme in THEMES else "",
        next_path=next_path if is_own_path(next_path) else "",
    )
