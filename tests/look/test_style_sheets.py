"""One style, held by tokens (G13): no colour outside of them, no name that nothing defines, nothing left over."""

import re

import pytest

from tests.look.tokens import CSS, source

ROOT = CSS.parent.parent
PUBLIC = (CSS / "bundle.txt").read_text(encoding="utf-8").split()
#: Sheets of the back office stand on top of the public ones and share their tokens.
STAFF = (CSS / "admin_bundle.txt").read_text(encoding="utf-8").split()
LISTED = PUBLIC + STAFF
SHEETS = [name for name in LISTED if name != "tokens.css"]
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\("
    r"|(?<![\w-])(?:white|black|red|green|blue|grey|gray|silver|orange|yellow|teal|navy|purple)(?![\w-])",
    re.IGNORECASE,
)
CLASS = re.compile(r"\.(-?[a-z][\w-]*)")
DEFINED = set(re.findall(r"(--[\w-]+):", "".join(source(name) for name in LISTED)))


def declarations(name: str) -> str:
    """A sheet without its selectors, where ids would look like colours."""
    return "\n".join(re.findall(r"\{([^{}]*)\}", source(name)))


def templates_and_scripts() -> str:
    files = [*(ROOT / "outreach" / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_the_bundle_lists_every_sheet_once_and_tokens_first() -> None:
    assert sorted(PUBLIC) == sorted(path.name for path in CSS.glob("*.css"))
    assert sorted(STAFF) == sorted(f"admin/{path.name}" for path in (CSS / "admin").glob("*.css"))
    assert LISTED[0] == "tokens.css"


@pytest.mark.parametrize("name", SHEETS)
def test_colours_come_from_tokens(name: str) -> None:
    assert not COLOUR.findall(declarations(name))


@pytest.mark.parametrize("name", LISTED)
def test_every_token_that_is_used_exists(name: str) -> None:
    assert set(re.findall(r"var\((--[\w-]+)", source(name))) <= DEFINED


@pytest.mark.parametrize("name", LISTED)
def test_nothing_is_loaded_from_a_style_sheet(name: str) -> None:
    assert not re.search(r"@import|url\(", source(name))


def is_written(name: str, text: str) -> bool:
    """Whether a template or script writes the class, whole or as a beginning that an expression completes."""
    beginnings = [name[: match.end()] for match in re.finditer("-", name)]
    return name in text or any(re.search(rf"{re.escape(part)}{{{{", text) for part in beginnings)


def test_every_class_of_a_sheet_is_used_by_a_template_or_script() -> None:
    text = templates_and_scripts()
    selectors = {name: re.sub(r"\{[^{}]*\}", "{}", source(name)) for name in SHEETS}
    classes = sorted({(name, found) for name, rules in selectors.items() for found in CLASS.findall(rules)})
    assert [f"{name}: .{found}" for name, found in classes if not is_written(found, text)] == []


def test_every_component_has_a_file_of_its_name() -> None:
    for path in [
        *(ROOT / "outreach/templates/components").glob("*.html"),
        *(ROOT / "outreach/templates/charts").glob("*.html"),
    ]:
        macros = re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
        assert macros[:1] == [path.stem] or path.stem == "meta", path.name
        assert len([macro for macro in macros if not macro.startswith("_")]) == (2 if path.stem == "meta" else 1)


@pytest.mark.parametrize("text", ["color: #fff", "border: 1px solid rgb(0 0 0)", "background: white"])
def test_the_search_for_colours_finds_them(text: str) -> None:
    assert COLOUR.search(text)


def test_the_search_for_colours_leaves_tokens_and_words_alone() -> None:
    assert not COLOUR.search("color: var(--water); white-space: nowrap; fill: currentcolor")
