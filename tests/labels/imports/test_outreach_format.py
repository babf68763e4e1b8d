"""Our own exchange format: out, in again, and out the same; with hostile text as text and fiction as fiction."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Session

from outreach.core.exports import stream_csv, stream_json, stream_xlsx
from outreach.labels.actions.import_report import Outcome
from outreach.labels.exports import catalogue_columns, iter_rows, list_ids
from outreach.labels.imports.importing import ImportResult
from outreach.labels.imports.rows import RemarkCode
from outreach.labels.models import (
    Brand,
    ImportRemark,
    ImportRun,
    Maker,
    MeasuredValue,
    ProductName,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
)
from tests.labels.imports.conftest import Importer
from tests.labels.imports.registers import as_csv, filing, filings, real, take_in

WRITERS = {".csv": stream_csv, ".xlsx": stream_xlsx}
#: What people put into names to see what breaks.
HOSTILE = [
    "../../etc/passwd",
    "=1+1",
    "+8613800000000",
    "-1",
    "@SUM(A1)",
    "＝cmd",
    "'=1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "http://example.invalid/x.png",
    "{{ 7*7 }}",
    "%(name)s %s {0}",
    "' OR 1=1 --",
    '"; DROP TABLE registration; --',
    "😀 马桶",
]


def export(session: Session, suffix: str = ".csv", *, is_demo: bool = False) -> bytes:
    rows = iter_rows(session, list_ids(session, is_demo=is_demo))
    return b"".join(WRITERS[suffix](catalogue_columns(session), rows))


def empty(session: Session) -> None:
    for model in (
        RegistrationEvent,
        MeasuredValue,
        Registration,
        ImportRemark,
        ImportRun,
        Maker,
        Brand,
        ProductName,
    ):
        session.execute(sa.delete(model))


def take_back(session: Session, content: bytes, path: Path) -> ImportResult:
    path.write_bytes(content)
    return take_in(session, path, "outreach")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_out_in_and_out_again_is_the_same_bytes(registry: Session, tmp_path: Path, suffix: str) -> None:
    for name, source in (
        ("cn-waterlabel-dishwashers-2026-05-21.csv", "cn-waterlabel"),
        ("us-energystar-dishwashers-2025-09-14.csv", "us-energystar"),
        ("us-energystar-clothes-washers-2025-09-14.csv", "us-energystar"),
        ("au-energyrating-dishwashers-2019-05-21.csv", "au-energyrating"),
    ):
        take_in(registry, real(name), source)
    first = export(registry, suffix)
    before = registry.scalar(sa.select(sa.func.count()).select_from(MeasuredValue))
    empty(registry)
    report = take_back(registry, first, tmp_path / f"labels-2026-06-01{suffix}").report
    assert report.outcomes == {Outcome.ADDED: 612 + 645 + 335 + 1211}
    assert registry.scalar(sa.select(sa.func.count()).select_from(MeasuredValue)) == before
    assert export(registry, suffix) == first


def test_an_export_taken_back_over_itself_changes_nothing(
    registry: Session, import_rows: Importer, tmp_path: Path
) -> None:
    old, new = filing(model="A", day="2025-01-01"), filing(model="A", day="2025-02-01")
    import_rows([old, new, *filings(30)])
    content = export(registry)
    report = take_back(registry, content, tmp_path / "labels.csv").report
    assert report.outcomes == {Outcome.UNCHANGED: 32}
    assert not report.has_changes
    assert set(registry.scalars(sa.select(ImportRun.source).join(Registration).distinct())) == {"cn-waterlabel"}
    assert export(registry) == content


def test_an_extract_makes_nothing_disappear_and_keeps_states(
    registry: Session, import_rows: Importer, tmp_path: Path
) -> None:
    gone, stays = filing(), filing()
    import_rows([gone, stays], "r-2026-05-01.csv")
    import_rows([stays], "r-2026-06-01.csv")
    content = export(registry)
    empty(registry)
    take_back(registry, content, tmp_path / "labels.csv")
    product = registry.scalars(sa.select(Registration).where(Registration.number == gone["Registration No."])).one()
    assert product.status is RegistrationStatus.DELISTED
    assert [(str(event.on), event.kind) for event in product.events] == [
        ("2026-05-01", "announced"),
        ("2026-06-01", "delisted"),
    ]
    header, only = content.split(b"\r\n")[:2]
    report = take_back(registry, header + b"\r\n" + only + b"\r\n", tmp_path / "one.csv").report
    assert (report.outcomes, report.delisted) == ({Outcome.UNCHANGED: 1}, 0)


def test_the_first_source_stays_with_a_row_on_its_way(registry: Session, import_rows: Importer, tmp_path: Path) -> None:
    import_rows([filing()], "first-2026-05-21.csv")
    content = export(registry)
    empty(registry)
    take_back(registry, content, tmp_path / "copy.csv")
    row = next(iter_rows(registry, list_ids(registry)))
    assert (row["source"], row["source_file"], row["source_row"]) == ("cn-waterlabel", "first-2026-05-21.csv", 2)
    assert registry.scalars(sa.select(ImportRun.source)).one() == "outreach"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_i07_hostile_text_is_stored_as_text_and_comes_back_unchanged(
    registry: Session, tmp_path: Path, suffix: str
) -> None:
    rows = [filing(maker=f"{text} 有限公司", model=text) for text in HOSTILE]
    path = tmp_path / "evil-2026-05-21.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    assert take_in(registry, path).report.outcomes == {Outcome.ADDED: len(HOSTILE)}
    assert set(registry.scalars(sa.select(Registration.model))) == set(HOSTILE)
    first = export(registry, suffix)
    empty(registry)
    take_back(registry, first, tmp_path / f"back{suffix}")
    assert set(registry.scalars(sa.select(Registration.model))) == set(HOSTILE)
    assert export(registry, suffix) == first


def test_i09_no_cell_of_an_export_is_a_formula(registry: Session, tmp_path: Path, import_rows: Importer) -> None:
    import_rows([filing(model=text, maker=f"{text}公司") for text in HOSTILE])
    for line in export(registry).decode("utf-8-sig").splitlines():
        cells = [cell.strip('"') for cell in line.split(",")]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@＝＋－＠\t\r")]
    path = tmp_path / "a.xlsx"
    path.write_bytes(export(registry, ".xlsx"))
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_path_in_a_files_name_is_stored_as_its_last_part(registry: Session, tmp_path: Path) -> None:
    folder = tmp_path / "..evil"
    folder.mkdir()
    path = folder / "=x.csv"
    path.write_text(as_csv([filing()]), encoding="utf-8")
    take_in(registry, path)
    assert registry.scalars(sa.select(ImportRun.file_name)).one() == "=x.csv"


def test_the_english_download_is_read_back_too(registry: Session, import_rows: Importer, tmp_path: Path) -> None:
    import_rows(filings(5))
    with force_locale("en"):
        content = export(registry)
    assert content.startswith(b"\xef\xbb\xbfnumber,scheme,")
    report = take_back(registry, content, tmp_path / "labels.csv").report
    assert report.outcomes == {Outcome.UNCHANGED: 5}


MINIMAL = "number,edition,maker,model,status\n"


def test_a_file_written_by_hand_needs_five_columns(registry: Session, tmp_path: Path) -> None:
    content = MINIMAL + "TEST-1,gb-28378-2019,示例卫浴有限公司,A1,listed\n"
    assert take_back(registry, content.encode(), tmp_path / "a.csv").report.outcomes == {Outcome.ADDED: 1}
    product = registry.scalars(sa.select(Registration)).one()
    assert (product.category.code, product.scheme.code, product.is_demo) == ("shower", "cn-waterlabel", False)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",gb-28378-2019,甲公司,A1,listed", "number-missing"),
        ("../x,gb-28378-2019,甲公司,A1,listed", "number-malformed"),
        ("A/B,gb-28378-2019,甲公司,A1,listed", "number-malformed"),
        ("X-1,gb-1,甲公司,A1,listed", "standard-unknown"),
        ("X-1,gb-28378-2019,甲公司,A1,lost", "code-unknown"),
        ("X-1,gb-28378-2019,甲公司,A1,", "text-missing"),
        ("X-1,gb-28378-2019,,A1,listed", "text-missing"),
    ],
)
def test_codes_that_are_unknown_are_refused(registry: Session, tmp_path: Path, line: str, code: str) -> None:
    report = take_back(registry, (MINIMAL + line + "\n").encode(), tmp_path / "a.csv").report
    assert report.remarks == {RemarkCode(code): 1}
    assert report.refused == 1


def test_fiction_stays_fiction_and_does_not_mix_with_real_filings(registry: Session, tmp_path: Path) -> None:
    content = MINIMAL + "".join(
        f"{number},gb-28378-2019,示例卫浴有限公司,A1,listed\n" for number in ("DEMO-1", "20260519-X", "DEMO-2")
    )
    report = take_back(registry, content.encode(), tmp_path / "a.csv").report
    assert report.remarks == {RemarkCode.DEMO_MIXED: 1}
    assert set(registry.scalars(sa.select(Registration.is_demo))) == {True}
    assert registry.scalars(sa.select(ImportRun.is_demo)).one() is True
    assert len(list_ids(registry, is_demo=True)) == 2
    assert list_ids(registry) == []


def test_json_has_the_same_columns_by_key(registry: Session, import_rows: Importer) -> None:
    import_rows([filing()])
    content = b"".join(stream_json(catalogue_columns(registry), iter_rows(registry, list_ids(registry))))
    assert b'"WEI":44.6' in content
    assert b'"declared_grade":"1"' in content
