"""Everything that can be wrong with a file: turned down with its place and a remedy."""

import gzip
import os
import tempfile
from pathlib import Path

import duckdb
import pytest

from data.ingest import file_bytes, ingest
from data.ingest.bad_input import BadInput
from data.said import Said
from tests.data.ingest.corner_shop import SALES, SALES_HEADER, Damage, load, raw, replaced, text, write


def parquet(query: str, cut: int = 0) -> Damage:
    """sales.parquet made by a query, its end cut off."""

    def damage(folder: Path) -> None:
        path = folder / "sales.parquet"
        duckdb.connect().execute(f"COPY ({query.format(csv=folder / 'sales.csv')}) TO '{path}'")
        (folder / "sales.csv").unlink()
        path.write_bytes(path.read_bytes()[: -cut or None])

    return damage


def link(target: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / "sales.csv").unlink()
        (folder / "sales.csv").symlink_to(target)

    return damage


def directory(folder: Path) -> None:
    (folder / "sales.csv").unlink()
    (folder / "sales.csv").mkdir()


def pipe(folder: Path) -> None:
    (folder / "sales.csv").unlink()
    os.mkfifo(folder / "sales.csv")


GZ = gzip.compress(SALES)
WIDE = ",".join(f"c{i}" for i in range(200_000))

# name: (damage, file, data row, column, part of the message, part of the remedy)
REFUSED: dict[str, tuple[Damage, str, int | None, str | None, str, str]] = {
    "missing file": (
        lambda f: (f / "sales.csv").unlink(), "sales.csv", None, None, "the file is missing",
        "Put sales.csv or sales.csv.gz or sales.parquet into",
    ),
    "misspelt file": (
        lambda f: (f / "sales.csv").rename(f / "sale.csv"), "sales.csv", None, None, "did you mean 'sale.csv'?", "Put",
    ),
    "two files of one table": (
        lambda f: (f / "sales.csv.gz").write_bytes(GZ),
        "sales.csv", None, None, "the folder also has 'sales.csv.gz'", "Keep the one",
    ),
    "empty file": (raw("sales.csv", b""), "sales.csv", None, None, "empty", "again"),
    "blank file": (raw("sales.csv", b" \n\n"), "sales.csv", None, None, "blank", "again"),
    "blank first line": (
        raw("sales.csv", b"\n" + SALES), "sales.csv", None, None, "first line is blank", "name the columns",
    ),
    "header only": (raw("sales.csv", SALES_HEADER.encode()), "sales.csv", None, None, "header and no rows", "again"),
    "empty gzip": (raw("sales.csv.gz", gzip.compress(b"")), "sales.csv.gz", None, None, "holds nothing", "again"),
    "semicolons": (
        raw("sales.csv", SALES.replace(b",", b";")), "sales.csv", None, None, "separated by semicolons",
        "delimiter = ';'",
    ),
    "tabs": (
        raw("sales.csv", SALES.replace(b",", b"\t")), "sales.csv", None, None, "separated by tabs", "delimiter = '\\t'",
    ),
    "latin-1": (
        raw("sales.csv", SALES.replace(b"T2", b"caf\xe9")), "sales.csv", 3, None, "not UTF-8 (0xe9) at byte 215",
        "encoding = 'latin-1'",
    ),
    "UTF-16": (
        raw("sales.csv", SALES.decode().encode("utf-16")), "sales.csv", None, None, "UTF-16", "encoding = 'utf-16'",
    ),
    "NUL byte": (raw("sales.csv", SALES.replace(b"T4", b"T\0")), "sales.csv", 5, None, "a NUL byte", "Save the file"),
    "Excel workbook": (
        raw("sales.csv", b"PK\x03\x04" + SALES), "sales.csv", None, None, "Excel", "Save the sheet as CSV",
    ),
    "gzip named .csv": (raw("sales.csv", GZ), "sales.csv", None, None, "compressed with gzip", "Name it .csv.gz"),
    "Parquet named .csv": (
        raw("sales.csv", b"PAR1" + SALES), "sales.csv", None, None, "a Parquet file", "Name it .parquet",
    ),
    "open quote": (text("sales", "L3,T2", 'L3,"T2'), "sales.csv", 3, None, "quotation mark is opened", "Close it"),
    "quote inside a text": (text("sales", "T2", '"T"2'), "sales.csv", 3, None, "quotation mark", "Close it"),
    "too many fields": (text("sales", "T2", "T2,T2"), "sales.csv", 3, None, "the row has 11 fields", "in quotes"),
    "too few fields": (
        text("sales", ",6.00,0,6.00", ",6.00"), "sales.csv", 7, None, "the row has 8 fields", "all its fields",
    ),
    "half a last row": (
        raw("sales.csv", SALES[:-20]), "sales.csv", 7, None, "fields, the header names 10", "all its fields",
    ),
    "mixed line ends": (
        raw("sales.csv", SALES.replace(b"\n", b"\r\n", 3)), "sales.csv", None, None, "line ends are mixed", "one kind",
    ),
    "row of 3 MB": (text("sales", "T2", "T" * 3_000_000), "sales.csv", 3, None, "longer than 2 MB", "quotation mark"),
    "missing column": (
        text("sales", "quantity", "amount"), "sales.csv", None, "quantity", "'quantity' is missing",
        "Rename the column",
    ),
    "misspelt column": (
        text("sales", "store_id", "storeid"), "sales.csv", None, "store_id", "did you mean 'storeid'?", "mapping.toml",
    ),
    "no header": (
        raw("stores.csv", b"S1,Corner\nS2,Market\n"), "stores.csv", None, "store_id", "the header has s1, corner",
        "map it",
    ),
    "doubled column": (
        text("sales", "line_id", "Store ID"), "sales.csv", None, "store_id", "names 'store_id' twice",
        "Remove or rename",
    ),
    "200,000 columns": (raw("sales.csv", f"{WIDE}\n1\n".encode()), "sales.csv", None, None, "columns", "at most 200"),
    "directory": (directory, "sales.csv", None, None, "a folder, not a file", "the file itself"),
    "named pipe": (pipe, "sales.csv", None, None, "a device or pipe", "plain file"),
    "broken link": (link("nowhere.csv"), "sales.csv", None, None, "the link leads nowhere (No such file", "readable"),
    "link to itself": (link("sales.csv"), "sales.csv", None, None, "Too many levels of symbolic links", "readable"),
    "gzip cut off": (raw("sales.csv.gz", GZ[:-30]), "sales.csv.gz", None, None, "cut off or damaged", "again"),
    "gzip damaged": (
        raw("sales.csv.gz", GZ[:60] + b"\xff\xff\xff" + GZ[63:]), "sales.csv.gz", None, None, "cut off or damaged",
        "again",
    ),
    "gzip with a wrong checksum": (
        raw("sales.csv.gz", GZ[:-8] + b"\0\0\0\0" + GZ[-4:]), "sales.csv.gz", None, None, "CRC check failed", "again",
    ),
    "thousands separator": (
        text("sales", "9.00", '"1,234.5"'), "sales.csv", 4, "net_amount", "'1,234.5'",
        "Write 1234.5, without thousands",
    ),
    "thousands alone": (
        text("sales", "9.00", '"1,234"'), "sales.csv", 4, "net_amount", "'1,234'", "Write 1234, without thousands",
    ),
    "decimal comma": (
        text("sales", "9.00", '"1.234,5"'), "sales.csv", 4, "net_amount", "'1.234,5'",
        "Write 1234.5, or set decimal = ','",
    ),
    "currency sign": (
        text("sales", "9.00", "€9.00"), "sales.csv", 4, "net_amount", "'€9.00' is not an amount of money",
        "number alone",
    ),
    "word for a number": (
        text("products", "0.80", "n/a"), "products.csv", 1, "unit_cost", "'n/a' is not an amount",
        "leave the cell blank",
    ),
    "NaN": (text("sales", "9.00", "nan"), "sales.csv", 4, "net_amount", "'nan'", "leave the cell blank"),
    "infinity": (text("sales", "9.00", "inf"), "sales.csv", 4, "net_amount", "'inf'", "leave the cell blank"),
    "half a unit": (
        text("sales", "C2,4", "C2,4.5"), "sales.csv", 4, "quantity", "'4.5' is not a whole number", "sold by weight",
    ),
    "30 February": (
        text("sales", "2023-02-02", "2023-02-30"), "sales.csv", 6, "sold_at", "'2023-02-30'", "There is no such day",
    ),
    "mixed date formats": (
        text("sales", "2023-02-03", "03/02/2023"), "sales.csv", 7, "sold_at", "'03/02/2023' is not a date",
        "Write YYYY-MM-DD HH:MM, or name the format in mapping.toml, e.g. [files.sales] dates",
    ),
    "a word for a date": (
        text("sales", "2023-02-03", "epoch"), "sales.csv", 7, "sold_at", "'epoch'", "Write YYYY-MM-DD",
    ),
    "month in words": (
        text("inventory", "2023-01", "Jan 2023"), "inventory.csv", 1, "month", "'Jan 2023' is not a month",
        "Write YYYY-MM,",
    ),
    "blank id": (text("sales", "L3,T2", "L3,"), "sales.csv", 3, "transaction_id", "the cell is blank", "Fill it in"),
    "blank quantity": (
        text("sales", "C2,4", "C2, "), "sales.csv", 4, "quantity", "the cell is blank", "remove the row",
    ),
    "empty row": (
        text("sales", "L7", ",,,,,,,,,\nL7"), "sales.csv", 7, "transaction_id", "the cell is blank", "remove",
    ),
    "prototype of everything": (
        text("stores", "Corner", "The __Proto__ shop"), "stores.csv", 1, "store_name", "browsers take for", "Rename it",
    ),
    "text of 33 KB": (
        text("stores", "Corner", "C" * 33_000), "stores.csv", 1, "store_name", "longer than 32 KB", "quotation mark",
    ),
    "bad optional table": (
        text("customers", "2021-05-01", "01.05.2021"), "customers.csv", 1, "joined_on", "'01.05.2021'",
        "Write YYYY-MM-DD,",
    ),
    "Parquet without footer": (
        parquet("FROM '{csv}'", cut=9), "sales.parquet", None, None, "no complete Parquet file", "cut off",
    ),
    "Parquet of nothing": (
        raw("sales.parquet", b"PAR1PAR1"), "sales.parquet", None, None, "no complete Parquet file", "again",
    ),
    "Parquet without rows": (
        parquet("FROM '{csv}' LIMIT 0"), "sales.parquet", None, None, "columns and no rows", "again",
    ),
    "Parquet with a list": (
        parquet("SELECT * REPLACE ([quantity] AS quantity) FROM '{csv}'"), "sales.parquet", None, "quantity",
        "BIGINT[] values, which cannot be whole number", "Write it as BIGINT",
    ),
    "Parquet with a date for a number": (
        parquet("SELECT * REPLACE (DATE '2023-01-01' AS quantity) FROM '{csv}'"), "sales.parquet", None, "quantity",
        "DATE values", "Write it as BIGINT",
    ),
    "Parquet with a number for a date": (
        parquet("SELECT * REPLACE (20230101 AS sold_at) FROM '{csv}'"), "sales.parquet", None, "sold_at",
        "INTEGER values, which cannot be moment", "Write it as TIMESTAMP",
    ),
    "Parquet with half a unit": (
        parquet("SELECT * REPLACE (quantity + 0.5 AS quantity) FROM '{csv}'"), "sales.parquet", 1, "quantity",
        "(7 such cells)", "whole units",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_file_is_refused_with_its_place_and_a_remedy(tmp_path: Path, name: str) -> None:
    damage, file, row, column, what, remedy = REFUSED[name]
    damage(write(tmp_path))
    with pytest.raises(BadInput) as refusal:
        load(tmp_path)
    problem = refusal.value
    assert (problem.file, problem.row, problem.column) == (file, row, column)
    assert what in problem.what
    assert remedy in problem.remedy
    shown = str(problem)
    assert shown.startswith(file)
    assert "\n" not in shown


def test_message_reads_as_a_sentence(tmp_path: Path) -> None:
    write(tmp_path, sales=replaced("sales", "C2,4,", "C2,4.5,"))
    with pytest.raises(BadInput) as refusal:
        load(tmp_path)
    assert str(refusal.value) == (
        "sales.csv, line 5, column quantity: '4.5' is not a whole number. "
        "Write whole units; for goods sold by weight or volume, write 1."
    )


def test_line_is_not_guessed_where_rows_and_lines_differ(tmp_path: Path) -> None:
    sales = replaced("sales", "L2,T1", 'L2,"T\n1"')
    write(tmp_path, sales=[line.replace("C2,4,", "C2,x,") for line in sales])
    with pytest.raises(BadInput, match=r"sales\.csv, data row 4, column quantity"):
        load(tmp_path)


def test_last_line_without_end_still_counts(tmp_path: Path) -> None:
    raw("sales.csv", SALES.rstrip().replace(b"C2,4,", b"C2,x,"))(write(tmp_path))
    with pytest.raises(BadInput, match=r"sales\.csv, line 5, column quantity"):
        load(tmp_path)


@pytest.mark.parametrize("chunk", range(1, 20))
def test_bad_byte_is_found_wherever_reading_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(file_bytes, "CHUNK", chunk)
    (tmp_path / "stores.csv").write_bytes("store_id\nÑandú\ncafé ".encode() + b"\xc3(\n")
    with pytest.raises(BadInput, match=r"stores\.csv, line 3: a text that is not UTF-8 \(0xc3\) at byte 24\."):
        file_bytes.survey(tmp_path / "stores.csv", "utf-8")


def test_file_without_permission_is_refused() -> None:
    """The superuser may read everything, so the load runs as nobody, in a folder nobody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name))
        folder.chmod(0o755)
        (folder / "sales.csv").chmod(0)
        superuser = os.geteuid() == 0
        try:
            if superuser:
                os.seteuid(65534)
            with pytest.raises(BadInput, match=r"sales\.csv: the file cannot be opened \(Permission denied\)"):
                load(folder)
        finally:
            if superuser:
                os.seteuid(0)


def test_file_still_being_written_is_refused(tmp_path: Path) -> None:
    """A last line arrives after the rows were read."""
    sales = write(tmp_path) / "sales.csv"

    def append(step: Said) -> None:
        if step["values"].get("table") == "sales":
            sales.write_bytes(SALES + SALES.splitlines()[1])

    with pytest.raises(BadInput, match=r"sales\.csv: the file changed while it was read\. Wait"):
        ingest(tmp_path, duckdb.connect(), progress=append)


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the folder cannot be read"):
        load(tmp_path / "typo")
