"""Pinyin and English spellings of divisions: toneless pinyin with the generic in English, and a table of exceptions."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pypinyin import lazy_pinyin

#: What a name can end in, the longest first.
GENERICS: Final = {
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "地区": "Prefecture",
    "矿区": "Mining District",
    "林区": "Forestry District",
    "特区": "Special District",
    "新区": "New Area",
    "盟": "League",
    "旗": "Banner",
    "市": "City",
    "区": "District",
    "县": "County",
}
#: Names of peoples as they stand in the names of autonomous places.
PEOPLES: Final = {
    "朝鲜族": "Korean",
    "满族": "Manchu",
    "蒙古族": "Mongol",
    "蒙古": "Mongol",
    "回族": "Hui",
    "达斡尔族": "Daur",
    "土家族": "Tujia",
    "苗族": "Miao",
    "侗族": "Dong",
    "瑶族": "Yao",
    "壮族": "Zhuang",
    "各族": "Multi-ethnic",
    "仫佬族": "Mulao",
    "毛南族": "Maonan",
    "黎族": "Li",
    "羌族": "Qiang",
    "藏族": "Tibetan",
    "彝族": "Yi",
    "仡佬族": "Gelao",
    "布依族": "Bouyei",
    "水族": "Sui",
    "畲族": "She",
    "哈尼族": "Hani",
    "傣族": "Dai",
    "白族": "Bai",
    "景颇族": "Jingpo",
    "傈僳族": "Lisu",
    "怒族": "Nu",
    "独龙族": "Derung",
    "普米族": "Pumi",
    "纳西族": "Naxi",
    "拉祜族": "Lahu",
    "佤族": "Va",
    "布朗族": "Blang",
    "土族": "Tu",
    "撒拉族": "Salar",
    "保安族": "Bonan",
    "东乡族": "Dongxiang",
    "裕固族": "Yugur",
    "哈萨克族": "Kazak",
    "哈萨克": "Kazak",
    "柯尔克孜": "Kirgiz",
    "塔吉克": "Tajik",
    "锡伯": "Xibe",
}
_PEOPLES = "|".join(sorted(PEOPLES, key=len, reverse=True))
_AUTONOMOUS = re.compile(rf"(?P<place>.+?)(?P<peoples>(?:{_PEOPLES})+)$")
_GENERIC = re.compile(rf"(?P<stem>.+?)(?P<generic>{'|'.join(sorted(GENERICS, key=len, reverse=True))})$")


@dataclass(frozen=True)
class Spellings:
    """How divisions are spelt. Both tables are exceptions: part of a name → syllables, whole name or stem → English."""

    readings: dict[str, list[str]]
    names: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Spellings:
        with (folder / "spellings.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (folder / "provinces.csv").open(encoding="utf-8", newline="") as file:
            provinces = {row["name"]: row["name_en"] for row in csv.DictReader(file)}
        english = {row["text"]: row["spelling"] for row in rows if row["kind"] == "english"}
        return cls(
            {row["text"]: row["spelling"].split() for row in rows if row["kind"] == "reading"}, provinces | english
        )

    def syllables(self, name: str) -> list[str]:
        """One toneless syllable for each character, ``v`` for ü."""
        found = list(lazy_pinyin(name))
        for text in sorted(self.readings, key=len):
            start = name.find(text)
            while start >= 0:
                found[start : start + len(text)] = self.readings[text]
                start = name.find(text, start + 1)
        return found

    def keys(self, name: str) -> tuple[str, str]:
        """Pinyin in one word, and initials."""
        syllables = self.syllables(name)
        return "".join(syllables), "".join(syllable[0] for syllable in syllables)

    def english(self, name: str) -> str:
        """``西城区`` → Xicheng District; a name of one character keeps its generic: ``歙县`` → Shexian County."""
        if name in self.names:
            return self.names[name]
        match = _GENERIC.match(name)
        if match is None:
            return self._word(name, 0, len(name))
        stem, generic = match["stem"], GENERICS[match["generic"]]
        if len(stem) == 1:
            return f"{self._word(name, 0, len(name))} {generic}"
        peoples = _AUTONOMOUS.match(stem) if "Autonomous" in generic or stem.endswith("族") else None
        if peoples is None:
            return f"{self._place(name, stem)} {generic}"
        return f"{self._place(name, peoples['place'])} {_joined(peoples['peoples'])} {generic}"

    def _place(self, name: str, stem: str) -> str:
        return self.names.get(stem) or self._word(name, 0, len(stem))

    def _word(self, name: str, start: int, end: int) -> str:
        """Syllables in one capitalised word; an apostrophe goes before a vowel inside it."""
        word = ""
        for syllable in self.syllables(name)[start:end]:
            spelt = syllable.replace("v", "ü")
            word += f"'{spelt}" if word and spelt[0] in "aoe" else spelt
        return word[:1].upper() + word[1:]


def _joined(peoples: str) -> str:
    """``土家族苗族`` → Tujia and Miao."""
    names = [PEOPLES[match] for match in re.findall(_PEOPLES, peoples)]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
