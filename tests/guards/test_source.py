"""How our files are written: names, sizes, and a reason beside each exception. Each rule is also shown a breach."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.guards.modules import ROOT, python_files

#: Revisions are written by a tool and never changed again.
PYTHON = [
    path for path in python_files("outreach", "tests", "bench", "tools", "docs") if path.parent.name != "migrations"
]
TEMPLATES = sorted((ROOT / "outreach").rglob("templates/**/*.html"))
FILE_LINES = 400
FUNCTION_LINES = 60
#: Longer files, with the reason.
LONG_FILES: dict[str, str] = {}
#: Names that say nothing, so that everything ends up there.
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})
#: An exception to a checker, and what is written after it.
EXCEPTION = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|nosec|pragma: no cover)(?:[:\s]*(?:\[[\w, -]+\]|[A-Z]+\d+[, A-Z\d]*))?"
)
RAW_HTML = re.compile(r"\|\s*safe\b|\bMarkup\((?![\"')])|djlint:off")
#: Words of unfinished work.
LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
#: HEAD is a reading too, and would fall into the branch of the form.
ONLY_GET = re.compile(r"""request\.method\s*==\s*["']GET""")
#: Folders that only one machine has.
MACHINE = re.compile(r"""(?<![\w.])/(?:work|root|home|Users)/\w+|[A-Z]:\\\\""")


def exceptions_say_why(path: Path, source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        match = EXCEPTION.search(line)
        if match and path.suffix == ".py" and "EXCEPTION" not in line and len(line[match.end() :].strip(" #-:")) < 8:
            yield f"line {number}: {line.strip()}"


def raw_html_says_why(path: Path, source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        if RAW_HTML.search(line) and not re.search(r"\{#.{8,}#\}|#\s.{8,}", line):
            yield f"line {number}: {line.strip()}"


def files_are_short(path: Path, source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > FILE_LINES and str(path) not in LONG_FILES:
        yield f"{lines} lines"


def functions_are_short(path: Path, source: str) -> Iterator[str]:
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.name}: {lines} lines"


def names_say_something(path: Path, source: str) -> Iterator[str]:
    if path.stem in EMPTY_NAMES or EMPTY_NAMES & set(path.parts):
        yield path.name


def nothing_is_left_for_later(path: Path, source: str) -> Iterator[str]:
    yield from (match.group() for match in LATER.finditer(source))


def no_path_of_one_machine(path: Path, source: str) -> Iterator[str]:
    yield from (match.group() for match in MACHINE.finditer(source))


def head_is_a_reading(path: Path, source: str) -> Iterator[str]:
    yield from (match.group() for match in ONLY_GET.finditer(source))


Rule = Callable[[Path, str], Iterator[str]]
#: Each rule with a file that breaks it.
RULES: tuple[tuple[Rule, str, str], ...] = (
    (exceptions_say_why, "a.py", "x = 1  # no" + "qa: E501"),
    (exceptions_say_why, "a.py", "x = 1  # type: " + "ignore[attr-defined]"),
    (exceptions_say_why, "a.py", "x = 1  # no" + "sec B101"),
    (raw_html_says_why, "a.py", "return Mark" + "up(text)"),
    (raw_html_says_why, "a.html", "<p>{{ text|" + "safe }}</p>"),
    (files_are_short, "a.py", "\n" * 401),
    (functions_are_short, "a.py", "def f():\n" + "    x = 1\n" * 60),
    (nothing_is_left_for_later, "a.py", "# TO" + "DO: sort"),
    (nothing_is_left_for_later, "a.py", "raise NotImplemented" + "Error"),
    (no_path_of_one_machine, "a.py", 'open("/home' + '/me/a.csv")'),
    (head_is_a_reading, "a.py", 'if request.method == "GE' + 'T":'),
    (names_say_something, "outreach/core/utils.py", ""),
    (names_say_something, "outreach/common/text.py", ""),
)


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _name, _source in RULES), ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    breaches = {}
    for path in [*PYTHON, *TEMPLATES]:
        if path == Path(__file__):
            continue
        if found := list(rule(path.relative_to(ROOT), path.read_text(encoding="utf-8"))):
            breaches[str(path.relative_to(ROOT))] = found
    assert breaches == {}


@pytest.mark.parametrize(("rule", "name", "source"), RULES)
def test_a_breach_of_the_rule_is_seen(rule: Rule, name: str, source: str) -> None:
    assert list(rule(Path(name), source))


def test_an_exception_with_a_reason_passes() -> None:
    line = "x = 1  # no" + "qa: E501  # the address is one word"
    assert not list(exceptions_say_why(Path("a.py"), line))
