"""The documents say what the code does: every setting, command and column is in them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tools import documents


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): text for path, text in documents.documents().items()}


@pytest.mark.parametrize("name", ["README.md", "docs/data-dictionary.md"])
def test_the_tables_of_the_documents_follow_the_code(expected: dict[str, str], name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == expected[name], "run `make documents`"


def test_every_target_of_the_makefile_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert named == explained


def test_every_document_that_is_linked_exists() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_each_decision_is_dated_and_short() -> None:
    text = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert sections
    for section in sections:
        title, *lines = section.strip().splitlines()
        assert re.match(r"20\d\d-\d\d-\d\d · \S", title), title
        assert len([line for line in lines if line.strip()]) <= 6, title
