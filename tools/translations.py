"""The English catalogue: ``update`` collects the Chinese texts into it, ``check`` says what is wrong with it.

The wording is written by hand in ``outreach/translations/en/LC_MESSAGES/messages.po``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).parent.parent
CATALOG: Final = ROOT / "outreach/translations/en/LC_MESSAGES/messages.po"
KEYWORDS: Final = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2)}
HEADER: Final = "# English wording of the site. `make translations` keeps the list, people write the wording.\n#"
#: ``%(name)s``, ``{name}`` and tags must be the same in both languages.
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+[^>]*>")


def texts_in_source() -> Catalog:
    """Every text that the code and the templates mark for translation."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(locale="en", domain="messages", header_comment=HEADER, fuzzy=False)
    for name, line, text, comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        found.add(text, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def written() -> Catalog:
    """The catalogue as it is; empty when there is none."""
    if not CATALOG.exists():
        return Catalog(locale="en", domain="messages")
    with CATALOG.open("rb") as file:
        return read_po(file, locale="en")


def update() -> int:
    """Bring the list of texts up to date and keep the wording. Returns how many texts have none yet."""
    template, catalog = texts_in_source(), written()
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER
    catalog.revision_date = catalog.creation_date = template.creation_date
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as file:
        write_po(file, catalog, width=0, sort_by_file=True, include_lineno=False, omit_header=False)
    _drop_dates()
    return sum(1 for message in catalog if message.id and not all(_forms(message.string)))


def _drop_dates() -> None:
    """Dates in the header would change the file whenever it is written."""
    lines = CATALOG.read_text(encoding="utf-8").splitlines(keepends=True)
    noise = ('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Generated-By', '"Language-Team')
    CATALOG.write_text("".join(line for line in lines if not line.startswith(noise)), encoding="utf-8")


def problems() -> Iterator[str]:
    """What is missing, doubtful or broken in the English wording, one sentence each."""
    yield from problems_of(written(), texts_in_source())


def problems_of(catalog: Catalog, texts: Iterable[Message]) -> Iterator[str]:
    """The same for any catalogue and the texts that it must hold."""
    for wanted in texts:
        if not wanted.id:
            continue
        message = catalog.get(wanted.id, wanted.context)
        place = ", ".join(f"{name}:{line}" for name, line in wanted.locations[:2])
        if message is None:
            yield f"{place}: {wanted.id!r} is not in the catalogue"
        elif message.fuzzy or not all(_forms(message.string)):
            yield f"{place}: {wanted.id!r} has no English wording"
        else:
            yield from _differences(message, place)


def _differences(message: Message, place: str) -> Iterator[str]:
    wanted = {part for form in _forms(message.id) for part in PLACEHOLDER.findall(form)}
    for form in _forms(message.string):
        found = set(PLACEHOLDER.findall(form))
        if found != wanted:
            yield f"{place}: {form!r} has {sorted(found)} where {message.id!r} has {sorted(wanted)}"


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        print(f"{CATALOG.relative_to(ROOT)}: {update()} texts without English wording")
    else:
        found = list(problems())
        print("\n".join(found) or "The English wording is complete.")
        sys.exit(bool(found))
