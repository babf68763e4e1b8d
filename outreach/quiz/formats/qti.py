"""QTI 2.1: one ``assessmentItem`` a question, in a package (ZIP) with a manifest; single items are read too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote
from xml.etree import ElementTree  # nosec B405  # only trees of ours, or ones that ``xml`` has checked
from xml.etree.ElementTree import Element, SubElement  # nosec B405  # the same

from outreach.quiz.formats.archives import FOLDER, pictures_in
from outreach.quiz.formats.extras import extras_json, numeric_of, with_extras
from outreach.quiz.formats.reading import (
    FILE_EMPTY,
    NOT_SUPPORTED,
    Coded,
    Defaults,
    FileRefused,
    ReadFile,
    ReadQuestion,
    RowFault,
    Written,
    code_of,
)
from outreach.quiz.formats.xml import items_of, parse
from outreach.quiz.rules import marking, questions
from outreach.quiz.rules.questions import Fault, Image, Option, QuestionContent

NAMESPACE: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
MANIFEST_NAMESPACE: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
MATCH: Final = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
MAPPED: Final = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"
MARK: Final = "outreach "
#: Every file of a package bears this moment, so that the same questions are the same bytes.
MOMENT: Final = (2000, 1, 1, 0, 0, 0)
_CARDINALITY: Final = {questions.MULTIPLE: "multiple", questions.ORDERING: "ordered"}


def write(items: Iterable[Coded]) -> Written:
    """Questions as a QTI package."""
    packed = io.BytesIO()
    names: list[tuple[str, str]] = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for number, (code, content) in enumerate(items, start=1):
            name = f"items/{number:05}.xml"
            names.append((content.image.file if content.image else "", name))
            package.writestr(zipfile.ZipInfo(name, MOMENT), _bytes(_item(code, content)))
        package.writestr(zipfile.ZipInfo("imsmanifest.xml", MOMENT), _bytes(_manifest(names)))
    return Written(packed.getvalue())


def _bytes(root: Element) -> bytes:
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _manifest(names: list[tuple[str, str]]) -> Element:
    root = Element("manifest", {"xmlns": MANIFEST_NAMESPACE, "identifier": "questions"})
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for number, (picture, name) in enumerate(names, start=1):
        values = {"identifier": f"R{number}", "type": "imsqti_item_xmlv2p1", "href": name}
        resource = SubElement(resources, "resource", values)
        SubElement(resource, "file", {"href": name})
        if picture:
            SubElement(resource, "file", {"href": f"{FOLDER}/{quote(picture)}"})
    return root


def _item(code: str, content: QuestionContent) -> Element:
    values = {"xmlns": NAMESPACE, "identifier": code, "title": code, "adaptive": "false", "timeDependent": "false"}
    root = Element("assessmentItem", values)
    root.append(ElementTree.Comment(MARK + extras_json(content)))
    _declare_response(root, content)
    SubElement(root, "outcomeDeclaration", {"identifier": "SCORE", "cardinality": "single", "baseType": "float"})
    body = SubElement(root, "itemBody")
    if content.image is not None:
        shown = {"src": f"../{FOLDER}/{quote(content.image.file)}", "alt": content.image.alt}
        SubElement(SubElement(body, "p"), "img", shown)
    _interaction(body, content)
    template = MAPPED if content.credit == questions.SHARE else MATCH
    SubElement(root, "responseProcessing", {"template": template})
    if content.explanation:
        shown = {"outcomeIdentifier": "SCORE", "identifier": "explanation", "showHide": "show"}
        SubElement(root, "modalFeedback", shown).text = content.explanation
    return root


def _declare_response(root: Element, content: QuestionContent) -> None:
    base = "string" if content.kind == questions.FILL_IN else "identifier"
    if content.kind == questions.FILL_IN and not content.accepted:
        base = "float"
    cardinality = _CARDINALITY.get(content.kind, "single")
    values = {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": base}
    declaration = SubElement(root, "responseDeclaration", values)
    correct = SubElement(declaration, "correctResponse")
    for text in _correct(content):
        SubElement(correct, "value").text = text
    if content.kind == questions.FILL_IN and content.accepted:
        mapping = SubElement(declaration, "mapping", {"defaultValue": "0"})
        for text in content.accepted:
            SubElement(mapping, "mapEntry", {"mapKey": text, "mappedValue": "1"})


def _correct(content: QuestionContent) -> Iterator[str]:
    if content.kind == questions.TRUE_FALSE:
        yield "true" if content.answer else "false"
    elif content.kind == questions.FILL_IN:
        numeric = "" if content.numeric is None else str(content.numeric.value)
        yield content.accepted[0] if content.accepted else numeric
    else:
        yield from (f"C{index}" for index in sorted(marking.right_indices(content)))


def _interaction(body: Element, content: QuestionContent) -> None:
    if content.kind == questions.FILL_IN:
        block = SubElement(body, "p")
        block.text = content.stem
        SubElement(block, "textEntryInteraction", {"responseIdentifier": "RESPONSE", "expectedLength": "200"})
        return
    is_order = content.kind == questions.ORDERING
    values = {"responseIdentifier": "RESPONSE", "shuffle": "true"}
    if not is_order:
        values["maxChoices"] = "0" if content.kind == questions.MULTIPLE else "1"
    interaction = SubElement(body, "orderInteraction" if is_order else "choiceInteraction", values)
    SubElement(interaction, "prompt").text = content.stem
    if content.kind == questions.TRUE_FALSE:
        choices = [("true", "正确"), ("false", "错误")]
    else:
        choices = [(f"C{index}", option.text) for index, option in enumerate(content.options)]
    for identifier, text in choices:
        SubElement(interaction, "simpleChoice", {"identifier": identifier}).text = text


def read(data: bytes, defaults: Defaults) -> ReadFile:
    """The questions of a package or of one item; ``row`` counts the items of the package."""
    found: list[ReadQuestion] = []
    faults: list[RowFault] = []
    pictures: dict[str, bytes] = {}
    try:
        if data.startswith(b"PK"):
            pictures = pictures_in(data)
        for name, content in items_of(data):
            if name.lower().endswith("imsmanifest.xml"):
                continue
            _read_one(len(found) + len(faults) + 1, content, defaults, found, faults)
    except FileRefused as refusal:
        faults.append(refusal.row_fault)
    if not found and not faults:
        faults.append(FileRefused(FILE_EMPTY).row_fault)
    return ReadFile(tuple(found), tuple(faults), pictures)


def _read_one(row: int, data: bytes, defaults: Defaults, found: list[ReadQuestion], faults: list[RowFault]) -> None:
    try:
        root = parse(data)
    except FileRefused as refusal:
        faults.append(replace(refusal.row_fault, row=row))
        return
    items = (
        [root] if _name(root) == "assessmentItem" else [one for one in root.iter() if _name(one) == "assessmentItem"]
    )
    if not items:
        faults.append(RowFault(row, Fault("file", NOT_SUPPORTED, _name(root)[:60])))
    for item in items:
        content = _content(item, defaults)
        if content is None:
            faults.append(RowFault(row, Fault("question", NOT_SUPPORTED, item.get("title", "")[:60])))
        else:
            found.append(ReadQuestion(row, code_of(item.get("identifier", ""), content), content))


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if _name(one) == name]


def _text(element: Element) -> str:
    """All text of an element but of comments."""
    parts = [element.text or ""] if isinstance(element.tag, str) else []
    for child in element:
        parts += [_text(child), child.tail or ""]
    return "".join(parts)


def _content(item: Element, defaults: Defaults) -> QuestionContent | None:
    feedback = _children(item, "modalFeedback")
    explanation = _text(feedback[0]).strip() if feedback else ""
    correct = [_text(value).strip() for one in _children(item, "correctResponse") for value in _children(one, "value")]
    base = QuestionContent("", defaults.topic, defaults.difficulty, "", explanation=explanation)
    shown = _children(item, "img")
    if len(shown) > 1:  # an option's picture, or several: questions here have one
        return None
    if shown:
        name = PurePosixPath(unquote(shown[0].get("src", ""))).name
        base = replace(base, image=Image(name, shown[0].get("alt", "").strip()))
    found = _choices(item, base, correct) or _typed(item, base, correct)
    return None if found is None else with_extras(found, _extras(item))


def _extras(item: Element) -> str:
    comments = [one.text or "" for one in item.iter() if not isinstance(one.tag, str)]
    return next((text[len(MARK) :] for text in comments if text.startswith(MARK)), "")


def _choices(item: Element, base: QuestionContent, correct: list[str]) -> QuestionContent | None:
    lists = [*_children(item, "choiceInteraction"), *_children(item, "orderInteraction")]
    if len(lists) != 1:
        return None
    prompts = _children(lists[0], "prompt")
    body = _children(item, "itemBody")
    stem = (_text(prompts[0]) if prompts else _before(body[0], lists[0]) if body else "").strip()
    listed = [(one.get("identifier", ""), _text(one).strip()) for one in _children(lists[0], "simpleChoice")]
    if _name(lists[0]) == "orderInteraction":
        texts = dict(listed)
        if sorted(correct) != sorted(texts):
            return None
        return replace(base, kind=questions.ORDERING, stem=stem, options=tuple(Option(texts[one]) for one in correct))
    if {identifier for identifier, _text in listed} == {"true", "false"}:
        return replace(base, kind=questions.TRUE_FALSE, stem=stem, answer=correct == ["true"])
    many = any(one.get("cardinality") == "multiple" for one in _children(item, "responseDeclaration"))
    options = tuple(Option(text, "", identifier in correct) for identifier, text in listed)
    return replace(base, kind=questions.MULTIPLE if many else questions.SINGLE, stem=stem, options=options)


def _before(body: Element, interaction: Element) -> str:
    """The text of the body without the interaction's own."""
    return _text(body).replace(_text(interaction), "", 1)


def _typed(item: Element, base: QuestionContent, correct: list[str]) -> QuestionContent | None:
    entries, body = _children(item, "textEntryInteraction"), _children(item, "itemBody")
    if len(entries) != 1 or not body or not correct:
        return None
    stem = _text(body[0]).strip()
    declared = _children(item, "responseDeclaration")
    if any(one.get("baseType") in ("float", "integer") for one in declared):
        numeric = numeric_of(correct[0])
        return None if numeric is None else replace(base, kind=questions.FILL_IN, stem=stem, numeric=numeric)
    mapped = [one.get("mapKey", "").strip() for one in _children(item, "mapEntry")]
    accepted = tuple(dict.fromkeys([*correct, *filter(None, mapped)]))
    return replace(base, kind=questions.FILL_IN, stem=stem, accepted=accepted)
