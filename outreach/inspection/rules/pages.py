"""What the inspection reads of a page: its tags, links, pictures and words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

SITE_TAGS: Final = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_TAGS: Final = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE_TAGS: Final = ("ArticleTitle", "PubDate", "ContentSource")
#: What stands in the frame of every page (G16), as visitors read it.
FOOTER_WORDS: Final = (
    "主办单位",
    "联系方式",
    "网站标识码",
    "ICP 备案号",
    "公安备案号",
    "党政机关网站标识",
    "网站地图",
    "我为政府网站找错",
)
_SILENT: Final = frozenset({"script", "style", "template"})
#: Elements inside of a line: the words around them belong together. All others part words.
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "code", "cite", "data", "dfn", "em", "i", "ins", "del", "kbd", "mark", "q", "s"}
    | {"small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)
#: Attributes whose words visitors see or hear.
_SPOKEN: Final = ("alt", "title", "placeholder", "aria-label")
_DATA: Final = frozenset({"application/ld+json", "application/json"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class PageFacts:
    """One page as the checks see it. ``pictures`` are those that say nothing to who cannot see them."""

    tags: dict[str, str] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    #: Links that say of themselves that they leave the site.
    noticed: set[str] = field(default_factory=set)
    assets: set[str] = field(default_factory=set)
    pictures: list[str] = field(default_factory=list)
    language: str = ""
    heading: str = ""
    footer: str = ""
    text: str = ""


class _Reader(HTMLParser):
    """Collects the facts while the page is parsed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts = PageFacts()
        self.words: list[str] = []
        self.heading: list[str] = []
        self.footer: list[str] = []
        self.silent = 0
        self.open: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._part(tag)
        if tag in _SILENT:
            self.silent += values.get("type", "").strip().lower() not in _DATA
        elif tag in ("h1", "footer"):
            self.open.add(tag)
        elif tag == "html":
            self.facts.language = values.get("lang", "")
        elif tag == "meta":
            self._note_tag(values)
        elif is_silent_picture(tag, values):
            self.facts.pictures.append(values.get("src") or values.get("href", ""))
        self._note_addresses(tag, values)
        self.words.extend(f" {values[name]} " for name in _SPOKEN if values.get(name))

    def _note_tag(self, values: dict[str, str]) -> None:
        if values.get("name"):
            self.facts.tags.setdefault(values["name"], values.get("content", "").strip())
            self.words.append(f" {values.get('content', '')} ")

    def _note_addresses(self, tag: str, values: dict[str, str]) -> None:
        relations = values.get("rel", "").lower().split()
        if tag in ("a", "area") and values.get("href"):
            self.facts.links.add(values["href"])
            if "external" in relations:
                self.facts.noticed.add(values["href"])
        elif "canonical" in relations:  # names this very page, without its arguments
            return
        elif tag in ("img", "script", "link") and (address := values.get("src") or values.get("href")):
            self.facts.assets.add(address)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        if tag in _SILENT and self.silent:
            self.silent -= 1
        self.open.discard(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._say(data)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self._say(" ")

    def _say(self, words: str) -> None:
        self.words.append(words)
        if "h1" in self.open:
            self.heading.append(words)
        if "footer" in self.open:
            self.footer.append(words)


def is_silent_picture(tag: str, values: dict[str, str]) -> bool:
    """Whether an element is a picture without an alternative text; an empty one marks ornament and is right."""
    is_picture = tag in ("img", "area") or (tag == "input" and values.get("type", "").lower() == "image")
    return is_picture and "alt" not in values and not values.get("aria-label")


def read_page(source: str) -> PageFacts:
    """The facts of one HTML page; whatever its faults, they are read as a browser would."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    reader.facts.text = _tidy(reader.words)
    reader.facts.heading = _tidy(reader.heading)
    reader.facts.footer = _tidy(reader.footer)
    return reader.facts


def _tidy(words: list[str]) -> str:
    return _BLANKS.sub(" ", "".join(words)).strip()


def missing_tags(facts: PageFacts) -> list[str]:
    """Tags that the rules for government sites ask for and the page lacks, or fills wrongly."""
    wanted = [*SITE_TAGS, *(ARTICLE_TAGS if "ArticleTitle" in facts.tags else COLUMN_TAGS)]
    missing = [name for name in wanted if not facts.tags.get(name)]
    if facts.tags.get("PubDate") and not _MOMENT.fullmatch(facts.tags["PubDate"]):
        missing.append("PubDate")
    if facts.tags.get("ArticleTitle", facts.heading) != facts.heading:
        missing.append("ArticleTitle")
    return missing


def outside_links(facts: PageFacts, host: str) -> list[str]:
    """Links that leave for another website without a notice; official ones need none."""
    silent = facts.links - facts.noticed
    return sorted(link for link in silent if (found := _host(link)) and found != host and not _is_official(found))


def _host(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https", "") else ""
    except ValueError:
        return ""


def _is_official(host: str) -> bool:
    return host == "gov.cn" or host.endswith(".gov.cn")


def missing_footer(facts: PageFacts) -> list[str]:
    """What the foot of a Chinese page lacks of the entries that the rules ask for."""
    if not facts.language.startswith("zh"):
        return []
    return [words for words in FOOTER_WORDS if words not in facts.footer]


def is_from_the_future(facts: PageFacts, moment: str) -> bool:
    """Whether a page claims a publishing time after ``moment``, both as ``YYYY-MM-DD HH:MM``."""
    published = facts.tags.get("PubDate", "")
    return bool(_MOMENT.fullmatch(published)) and published > moment
