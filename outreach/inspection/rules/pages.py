"""What the inspection reads of a page: its tags, links, pictures and words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

SITE_TAGS: Final = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_TAGS: Final = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE_TAGS: Final = ("ArticleTitle", "PubDate", "ContentSource")
_SILENT: Final = frozenset({"script", "style", "template"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class PageFacts:
    """One page as the checks see it. ``pictures`` are those that say nothing to who cannot see them."""

    tags: dict[str, str] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    assets: set[str] = field(default_factory=set)
    pictures: list[str] = field(default_factory=list)
    heading: str = ""
    text: str = ""


class _Reader(HTMLParser):
    """Collects the facts while the page is parsed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts = PageFacts()
        self.words: list[str] = []
        self.heading: list[str] = []
        self.silent = 0
        self.in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self.silent += 1
        elif tag == "h1":
            self.in_heading = True
        elif tag == "meta" and "name" in values:
            self.facts.tags.setdefault(values["name"], values.get("content", "").strip())
        elif tag == "img" and "alt" not in values:
            self.facts.pictures.append(values.get("src", ""))
        if tag == "a" and values.get("href"):
            self.facts.links.add(values["href"])
        elif tag in ("img", "script", "link") and (address := values.get("src") or values.get("href")):
            self.facts.assets.add(address)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self.silent:
            self.silent -= 1
        elif tag == "h1":
            self.in_heading = False

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        self.words.append(data)
        if self.in_heading:
            self.heading.append(data)


def read_page(source: str) -> PageFacts:
    """The facts of one HTML page; whatever its faults, they are read as a browser would."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    reader.facts.text = _BLANKS.sub(" ", "".join(reader.words)).strip()
    reader.facts.heading = _BLANKS.sub(" ", "".join(reader.heading)).strip()
    return reader.facts


def missing_tags(facts: PageFacts) -> list[str]:
    """Tags that the rules for government sites ask for and the page lacks, or fills wrongly."""
    wanted = [*SITE_TAGS, *(ARTICLE_TAGS if "ArticleTitle" in facts.tags else COLUMN_TAGS)]
    missing = [name for name in wanted if not facts.tags.get(name)]
    if facts.tags.get("PubDate") and not _MOMENT.fullmatch(facts.tags["PubDate"]):
        missing.append("PubDate")
    if facts.tags.get("ArticleTitle", facts.heading) != facts.heading:
        missing.append("ArticleTitle")
    return missing
