"""The English wording: complete, certain, and with the same placeholders as the Chinese source text."""

from __future__ import annotations

from babel.messages.catalog import Catalog, Message

from tools import translations


def test_every_text_of_the_site_has_its_english_wording() -> None:
    found = list(translations.problems())
    assert not found, f"{len(found)} texts; run `make translations`:\n" + "\n".join(found[:30])


def test_no_english_wording_is_left_without_its_text() -> None:
    wanted = {(message.id, message.context) for message in translations.texts_in_source()}
    stray = [message.id for message in translations.written() if (message.id, message.context) not in wanted]
    assert not stray, "run `make translations`"


def faults_of(chinese: str, english: str, *flags: str) -> list[str]:
    catalog = Catalog()
    catalog.add(chinese, english, flags=flags)
    return list(translations.problems_of(catalog, [Message(chinese)]))


def test_a_missing_a_doubtful_and_a_broken_wording_are_noticed() -> None:
    assert faults_of("剩余 %(count)s 天", "%(count)s days left") == []
    assert len(faults_of("剩余 %(count)s 天", "%(days)s days left")) == 1
    assert len(faults_of("<b>水</b>", "water")) == 1
    assert len(faults_of("水", "water", "fuzzy")) == 1
    assert len(faults_of("水", "")) == 1
    assert len(list(translations.problems_of(Catalog(), [Message("水")]))) == 1
