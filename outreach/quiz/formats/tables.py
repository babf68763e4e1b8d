"""Our own template as CSV and XLSX: one row a question, every field of it. Options stand in columns A to J.

The key of a choice is its letters (``AC``), of a true/false question ``对`` or ``错``. The options of an ordering
question stand in their right order. Accepted answers of a fill-in are separated by ``|``.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from outreach.core.exports import Column, restored, stream_csv, stream_xlsx
from outreach.core.tables import Heading, Layout, Table, TableError, TableRow, open_table
from outreach.quiz.formats.extras import numeric_of
from outreach.quiz.formats.reading import (
    COLUMNS_WRONG,
    FILE_EMPTY,
    FILE_TOO_LARGE,
    MOST_BYTES,
    MOST_QUESTIONS,
    Coded,
    Defaults,
    FileRefused,
    ReadFile,
    ReadQuestion,
    RowFault,
    Written,
    code_of,
)
from outreach.quiz.rules import marking, questions
from outreach.quiz.rules.questions import Fault, Image, Option, QuestionContent, Source

LETTERS: Final = "ABCDEFGHIJ"
#: Everyday names of the kinds, beside their codes.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    questions.SINGLE: ("单选", "单选题"),
    questions.MULTIPLE: ("多选", "多选题"),
    questions.TRUE_FALSE: ("判断", "判断题"),
    questions.ORDERING: ("排序", "排序题"),
    questions.FILL_IN: ("填空", "填空题"),
}
CREDITS: Final = {questions.ALL_OR_NOTHING: ("全对得分", ""), questions.SHARE: ("少选按比例",)}
_TRUE: Final = frozenset({"对", "正确", "是", "√", "t", "true", "a"})
_FALSE: Final = frozenset({"错", "错误", "否", "×", "x", "f", "false", "b"})
_BAR: Final = re.compile(r"(?<!\\)\|")


def _option_cell(index: int, name: str) -> Callable[[Coded], str]:
    return lambda row: getattr(row[1].options[index], name) if index < len(row[1].options) else ""


def _numeric_cell(name: str) -> Callable[[Coded], str]:
    return lambda row: "" if row[1].numeric is None else str(getattr(row[1].numeric, name))


def _image_cell(name: str) -> Callable[[Coded], str]:
    return lambda row: "" if row[1].image is None else str(getattr(row[1].image, name))


def _source_cell(name: str) -> Callable[[Coded], str]:
    return lambda row: str(getattr(row[1].source, name))


def _content_cell(name: str) -> Callable[[Coded], str]:
    return lambda row: str(getattr(row[1], name))


def _joined(name: str) -> Callable[[Coded], str]:
    return lambda row: "|".join(_bar_escaped(text) for text in getattr(row[1], name))


def _bar_escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def key_text(content: QuestionContent) -> str:
    """The key as the template writes it."""
    if content.kind == questions.TRUE_FALSE:
        return "" if content.answer is None else "对" if content.answer else "错"
    if content.kind in (questions.SINGLE, questions.MULTIPLE):
        return "".join(LETTERS[index] for index in sorted(marking.right_indices(content)))
    return ""


COLUMNS: Final[tuple[Column[Coded], ...]] = (
    Column("code", "编号", lambda row: row[0]),
    Column("kind", "题型", lambda row: KINDS[row[1].kind][0]),
    Column("topic", "主题", _content_cell("topic")),
    Column("difficulty", "难度", _content_cell("difficulty")),
    Column("stem", "题干", _content_cell("stem")),
    *(Column(f"option_{letter}", f"选项{letter}", _option_cell(i, "text")) for i, letter in enumerate(LETTERS)),
    Column("key", "答案", lambda row: key_text(row[1])),
    Column("accepted", "可接受的答案", _joined("accepted")),
    Column("accepted_en", "可接受的英文答案", _joined("accepted_en")),
    Column("number", "数值答案", _numeric_cell("value")),
    Column("tolerance", "允许误差", _numeric_cell("tolerance")),
    Column("unit", "单位", _numeric_cell("unit")),
    Column("credit", "计分方式", lambda row: CREDITS[row[1].credit][0]),
    Column("explanation", "解析", _content_cell("explanation")),
    Column("source_title", "来源", _source_cell("title")),
    Column("source_clause", "来源条款", _source_cell("clause")),
    Column("source_url", "来源网址", _source_cell("url")),
    Column("source_read_on", "来源查阅日期", _source_cell("read_on")),
    Column("reviewed_on", "审核日期", _content_cell("reviewed_on")),
    Column("stem_en", "英文题干", _content_cell("stem_en")),
    *(Column(f"option_{c}_en", f"英文选项{c}", _option_cell(i, "text_en")) for i, c in enumerate(LETTERS)),
    Column("explanation_en", "英文解析", _content_cell("explanation_en")),
    Column("source_title_en", "英文来源", _source_cell("title_en")),
    Column("source_clause_en", "英文来源条款", _source_cell("clause_en")),
    Column("image_file", "图片", _image_cell("file")),
    Column("image_alt", "图片说明", _image_cell("alt")),
    Column("image_alt_en", "英文图片说明", _image_cell("alt_en")),
)
_REQUIRED: Final = frozenset({"kind", "stem"})
LAYOUT: Final = Layout(
    "questions",
    tuple(Heading(one.key, (str(one.heading), one.key), is_required=one.key in _REQUIRED) for one in COLUMNS),
)


def write_csv(items: Iterable[Coded]) -> Written:
    """Every question whole, as CSV."""
    return Written(b"".join(stream_csv(COLUMNS, items)))


def write_xlsx(items: Iterable[Coded]) -> Written:
    """Every question whole, as a workbook."""
    return Written(b"".join(stream_xlsx(COLUMNS, items)))


def read(data: bytes, defaults: Defaults) -> ReadFile:
    """The questions of a filled-in template, CSV or XLSX by its own bytes."""
    if len(data) > MOST_BYTES:
        return ReadFile((), (FileRefused(FILE_TOO_LARGE, str(MOST_BYTES)).row_fault,))
    with tempfile.NamedTemporaryFile(suffix=".table") as file:
        file.write(data)
        file.flush()
        try:
            with open_table(Path(file.name), (LAYOUT,)) as table:
                return _read(table, defaults)
        except TableError as error:
            return ReadFile((), (FileRefused(COLUMNS_WRONG, str(error)).row_fault,))


def _read(table: Table, defaults: Defaults) -> ReadFile:
    found: list[ReadQuestion] = []
    faults: list[RowFault] = []
    for row in table.rows():
        cells = _cells(table, row)
        if row.number > MOST_QUESTIONS + 10:
            faults.append(RowFault(row.number, Fault("file", FILE_TOO_LARGE, str(MOST_QUESTIONS))))
            break
        wrong, content = _question(cells, defaults)
        faults += [RowFault(row.number, fault) for fault in wrong]
        if not wrong:
            found.append(ReadQuestion(row.number, cells["code"] or code_of("", content), content))
    if not found and not faults:
        faults.append(RowFault(0, Fault("file", FILE_EMPTY)))
    return ReadFile(tuple(found), tuple(faults))


def _cells(table: Table, row: TableRow) -> dict[str, str]:
    """Cells by column, without blanks around them; columns that are not there are empty."""
    given = {key: row.cells[position] for key, position in table.positions.items()}
    if table.format == "csv":
        given = {key: restored(text) for key, text in given.items()}
    return {one.key: given.get(one.key, "").strip() for one in COLUMNS}


def _question(cells: Mapping[str, str], defaults: Defaults) -> tuple[list[Fault], QuestionContent]:
    wrong: list[Fault] = []
    kind = _named(cells["kind"], KINDS)
    credit = _named(cells["credit"], CREDITS)
    difficulty = _difficulty(cells["difficulty"] or str(defaults.difficulty))
    for name, value in (("kind", kind), ("credit", credit), ("difficulty", difficulty)):
        if value is None:
            wrong.append(Fault(name, questions.UNKNOWN, cells[name][:60]))
    options, key_fault = _options(cells, kind or "")
    numeric = numeric_of(cells["number"], cells["tolerance"], cells["unit"]) if cells["number"] else None
    if cells["number"] and numeric is None:
        wrong.append(Fault("number", questions.UNKNOWN, cells["number"][:60]))
    answer = _verdict(cells["key"]) if kind == questions.TRUE_FALSE else None
    content = QuestionContent(
        kind=kind or "",
        topic=cells["topic"] or defaults.topic,
        difficulty=difficulty or 0,
        stem=cells["stem"],
        options=options,
        answer=answer,
        accepted=_split(cells["accepted"]),
        accepted_en=_split(cells["accepted_en"]),
        numeric=numeric,
        credit=credit or "",
        **_texts(cells),
    )
    return [*wrong, *key_fault, *([] if wrong else questions.faults(content))], content


def _texts(cells: Mapping[str, str]) -> dict[str, Any]:
    names = ("title", "title_en", "clause", "clause_en", "url", "read_on")
    image = (cells["image_file"], cells["image_alt"], cells["image_alt_en"])
    plain = ("explanation", "explanation_en", "stem_en", "reviewed_on")
    return {
        **{name: cells[name] for name in plain},
        "source": Source(**{name: cells[f"source_{name}"] for name in names}),
        "image": Image(*image) if any(image) else None,
    }


def _named(text: str, names: Mapping[str, Iterable[str]]) -> str | None:
    plain = text.casefold()
    return next((code for code, words in names.items() if plain == code or plain in words), None)


def _difficulty(text: str) -> int | None:
    return {"1": 1, "2": 2, "3": 3, "易": 1, "中": 2, "难": 3}.get(text.removesuffix(".0"))


def _options(cells: Mapping[str, str], kind: str) -> tuple[tuple[Option, ...], list[Fault]]:
    """Options in their columns; a gap between them and a key that names no option are faults."""
    texts = [cells[f"option_{letter}"] for letter in LETTERS]
    count = max((index + 1 for index, text in enumerate(texts) if text), default=0)
    key = "".join(sorted(set(re.sub(r"[\s,，、;；]", "", cells["key"]).upper())))
    is_choice = kind in (questions.SINGLE, questions.MULTIPLE)
    if is_choice and any(letter not in LETTERS[:count] for letter in key):
        return (), [Fault("key", questions.UNKNOWN, cells["key"][:60])]
    options = tuple(
        Option(texts[index], cells[f"option_{LETTERS[index]}_en"], is_choice and LETTERS[index] in key)
        for index in range(count)
    )
    return options, []


def _verdict(text: str) -> bool | None:
    plain = text.casefold()
    return True if plain in _TRUE else False if plain in _FALSE else None


def _split(text: str) -> tuple[str, ...]:
    return tuple(_unescaped(part).strip() for part in _bars(text) if part.strip())


def _bars(text: str) -> Iterator[str]:
    """Parts between bars that have no backslash before them."""
    part, is_escaped = "", False
    for character in text:
        if character == "|" and not is_escaped:
            yield part
            part = ""
            continue
        part += character
        is_escaped = character == "\\" and not is_escaped
    yield part


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\|])", r"\1", text)
