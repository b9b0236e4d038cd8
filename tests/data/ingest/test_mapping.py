"""Files that are not laid out as the contract, the mappings that say how to read them, and mappings gone wrong."""

import re
from pathlib import Path

import pytest

from data.ingest.bad_input import BadInput
from data.ingest.mapping import Mapping, load_mapping
from data.said import english
from tests.data.ingest.corner_shop import check, load, rows

TILLS = [
    "Receipt;When;Till;Article;Pieces;Paid",
    "R1;05.01.2023 09:30;1;p1;2;2,40",
    "R1;05.01.2023 09:30;1;P2;1;1.002,00",
    "R2;06.01.2023 10:00;2;P1;1;1,20",
    "R3;06.01.2023 11:00;99;P1;5;6,00",
]
ARTICLES = ["sku,label,group", "P1,Milk,Dairy", "P2,Caviar,Pantry", "P3,Honey,Pantry"]
MAPPING = """
[dataset]
name = "Corner shop"
currency = "EUR"
[files.tills]
file = "tills.csv"
delimiter = ";"
decimal = ","
dates = "%d.%m.%Y %H:%M"
[files.tills.leave_out]
"training till" = "till == 99"
[files.tills.count]
"dear" = "paid > 1000"
[files.articles]
[tables.stores]
from = "tills"
one_row_per_key = true
columns = { store_id = "concat('S', till)", size_sqm = "100" }
[tables.products]
from = "articles"
columns = { product_id = "sku", product_name = "label", category = "group", unit_price = "1 if sku == 'P1' else None" }
[tables.sales]
from = "tills"
[tables.sales.columns]
transaction_id = "receipt"
sold_at = "when"
store_id = "concat('S', till)"
product_id = "upper(article)"
quantity = "pieces"
unit_price = "paid / pieces"
net_amount = "paid"
"""


def shop(folder: Path, mapping: str = MAPPING, tills: list[str] = TILLS) -> Path:
    (folder / "tills.csv").write_text("\n".join(tills) + "\n")
    (folder / "articles.csv").write_text("\n".join(ARTICLES) + "\n")
    (folder / "mapping.toml").write_text(mapping)
    return folder


def test_tills_become_sales(tmp_path: Path) -> None:
    con, report = load(shop(tmp_path))
    assert (report.dataset, report.currency) == ("Corner shop", "EUR")
    sold = (
        "SELECT transaction_id, sold_at::VARCHAR, store_id, product_id, quantity, net_amount_cents FROM staging.sales"
    )
    assert rows(con, sold + " ORDER BY line_id") == [
        ("R1", "2023-01-05 09:30:00", "S1", "P1", 2, 240),
        ("R1", "2023-01-05 09:30:00", "S1", "P2", 1, 100_200),
        ("R2", "2023-01-06 10:00:00", "S2", "P1", 1, 120),
    ]
    assert rows(con, "SELECT store_id, size_sqm FROM staging.stores ORDER BY 1") == [("S1", 100), ("S2", 100)]
    assert rows(con, "SELECT product_id, unit_price FROM staging.products ORDER BY 1") == [
        ("P1", 1), ("P2", None), ("P3", None),
    ]  # fmt: skip


def test_rows_a_mapping_leaves_out_are_counted(tmp_path: Path) -> None:
    _, report = load(shop(tmp_path))
    left_out = check(report, "sales", "training till")
    assert (left_out.count, left_out.of, english(left_out.treatment)) == (1, 4, "left out by the mapping")
    assert left_out.examples == ({"row": 4, "till": "99"},)
    assert check(report, "sales", "dear").examples == ({"row": 2, "paid": "1.002,00"},)
    kept = {t.table: (t.rows_read, t.rows_kept) for t in report.tables}
    assert (kept["sales"], kept["stores"]) == ((4, 3), (2, 2))


def test_first_value_and_aggregates_of_one_row_per_key(tmp_path: Path) -> None:
    """P1 is typed p1 first; it first costs 1.20; three pieces in all."""
    grouped = MAPPING.replace('from = "articles"\ncolumns = { product_id = "sku", product_name = "label"', (
        'from = "tills"\none_row_per_key = true\ncolumns = { product_id = "upper(article)", product_name = "article"'
    )).replace('category = "group", unit_price = "1 if sku == \'P1\' else None"', (
        'unit_cost = "paid / pieces", lead_time_days = "sum(pieces)", unit_price = "max(pieces) / min(pieces)"'
    ))  # fmt: skip
    con, _ = load(shop(tmp_path, grouped))
    assert rows(
        con, "SELECT product_id, product_name, unit_cost, lead_time_days, unit_price FROM staging.products"
    ) == [
        ("P1", "p1", 1.2, 3, 2),
        ("P2", "P2", 1002, 1, 1),
    ]


def test_rows_found_elsewhere_and_rows_joined(tmp_path: Path) -> None:
    """Lines take date and till from the receipt they belong to; articles never sold are not read."""
    folder = shop(tmp_path, """
        [files.heads]
        [tables.stores]
        from = "heads"
        one_row_per_key = true
        columns = { store_id = "till" }
        [tables.products]
        from = "articles"
        only_in = "sales.sku"
        columns = { product_id = "sku" }
        [tables.sales]
        join = { file = "heads", on = "receipt" }
        columns = { transaction_id = "receipt", sold_at = "when", store_id = "till", product_id = "sku" }
        [files.articles]
        """)  # fmt: skip
    (folder / "heads.csv").write_text("receipt,when,till\nR1,2023-01-05,7\nR2,2023-01-06,8\n")
    sales = "receipt,sku,quantity,unit_price\nR1,P1,2,1.2\nR2,P1,1,1.2\nR2,P3,1,6\n"
    (folder / "sales.csv").write_text(sales)
    con, _ = load(folder)
    assert rows(con, "SELECT transaction_id, store_id, sold_at::DATE::VARCHAR FROM staging.sales ORDER BY line_id") == [
        ("R1", "7", "2023-01-05"), ("R2", "8", "2023-01-06"), ("R2", "8", "2023-01-06"),
    ]  # fmt: skip
    assert rows(con, "SELECT product_id FROM staging.products ORDER BY 1") == [("P1",), ("P3",)]
    (folder / "heads.csv").write_text("receipt,when,till\nR1,2023-01-05,7\nR2,yesterday,8\n")
    with pytest.raises(BadInput, match=r"sales\.csv, line 3, column when of heads: 'yesterday' is not a date"):
        load(folder)
    (folder / "heads.csv").write_text("receipt,when,till\nR1,2023-01-05,7\nR2,2023-01-06,8\nR2,2023-01-07,8\n")
    with pytest.raises(BadInput, match=r"heads\.csv, line 4, column receipt: 'R2' stands in more than one row"):
        load(folder)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_when_the_mapping_says_so(tmp_path: Path, encoding: str) -> None:
    folder = shop(tmp_path, MAPPING.replace("[files.articles]", f'[files.articles]\nencoding = "{encoding}"'))
    (folder / "articles.csv").write_text("\n".join(ARTICLES).replace("Milk", "Café"), encoding)
    con, _ = load(folder)
    assert rows(con, "SELECT product_name FROM staging.products ORDER BY product_id LIMIT 1") == [("Café",)]


def test_column_names_that_are_no_words_can_be_taken_whole(tmp_path: Path) -> None:
    folder = shop(tmp_path, MAPPING.replace('"pieces"', '"qty.(pcs)"').replace("paid / pieces", "paid"))
    text = (folder / "tills.csv").read_text().replace("Pieces", "Qty. (pcs)".replace(" ", ""))
    (folder / "tills.csv").write_text(text)
    con, _ = load(folder)
    assert rows(con, "SELECT sum(quantity) FROM staging.sales") == [(4,)]


def test_cell_read_as_a_number_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        load(shop(tmp_path, tills=[line.replace(";2;2,40", ";2;free") for line in TILLS]))
    assert (refusal.value.file, refusal.value.row, refusal.value.column) == ("tills.csv", 1, "paid")
    assert "'free' is not a number" in refusal.value.what


def test_value_made_by_the_mapping_must_fit(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"tills\.csv, line 2, column quantity \(made by mapping\.toml\): '0\.5'"):
        load(shop(tmp_path, MAPPING.replace('quantity = "pieces"', 'quantity = "pieces / 4"')))


# what stands in the mapping: what to put there, the setting named, the message
WRONG: dict[str, tuple[str, str, str, str]] = {
    "column": (
        '"paid"', '"payed"', "[tables.sales] net_amount", "unknown column 'payed'; the file has 'receipt', 'when'",
    ),
    "near column": ('"paid"', '"payd"', "[tables.sales] net_amount", "did you mean 'paid'?"),
    "contract column": ("net_amount =", "nett_amount =", "[tables.sales] nett_amount", "did you mean 'net_amount'?"),
    "table": ("[tables.products]", "[tables.product]", "[tables.product]", "did you mean 'products'?"),
    "setting": ("delimiter", "delimeter", "[files.tills] delimeter", "did you mean 'delimiter'?"),
    "section": ("[dataset]", "[datasets]", "datasets", "did you mean 'dataset'?"),
    "type of a setting": ('decimal = ","', "decimal = 1", "[files.tills] decimal", "1 is not a text"),
    "text for a list": ('"%d.%m.%Y %H:%M"', "7", "[files.tills] dates", "7 is not a text or a list"),
    "choice": ('decimal = ","', 'decimal = "x"', "[files.tills] decimal", "'x' is not among '.', ','"),
    "delimiter": ('delimiter = ";"', 'delimiter = ";;"', "[files.tills] delimiter", "is not one character"),
    "path": ('"tills.csv"', '"../tills.csv"', "[files.tills] file", "is not the name of a .csv"),
    "other format": ('"tills.csv"', '"tills.xlsx"', "[files.tills] file", "is not the name of a .csv"),
    "alias": (
        'from = "articles"', 'from = "article"', "[tables.products]", "unknown file 'article', did you mean 'articles'",
    ),
    "TOML": ("[dataset]", "[dataset", "", "this is not TOML"),
    "half an expression": ("paid / pieces", "paid /", "[tables.sales] unit_price", "cannot be read"),
    "function": (
        "upper(article)", "uper(article)", "[tables.sales] product_id", "unknown function 'uper', did you mean 'upper'",
    ),
    "number of values": ("upper(article)", "upper(article, 1)", "[tables.sales] product_id", "takes 1 values, not 2"),
    "attribute": ("paid / pieces", "paid.real", "[tables.sales] unit_price", "'paid.real' is not part of the mapping"),
    "SQL": ("paid / pieces", "1; DROP TABLE x", "[tables.sales] unit_price", "cannot be read"),
    "subquery": (
        "paid / pieces", "[p for p in paid]", "[tables.sales] unit_price", "is not part of the mapping language",
    ),
    "text as a number": ("paid / pieces", "paid / 'x'", "[tables.sales] unit_price", "\"'x'\" is not a number"),
    "condition as a value": ("paid / pieces", "paid > 1", "[tables.sales] unit_price", "gives a truth"),
    "text for a date": ('sold_at = "when"', 'sold_at = "pieces + 1"', "[tables.sales] sold_at", "gives a number"),
    "value as a condition": ("till == 99", "till", "[files.tills.leave_out] 'training till'", "is not a condition"),
    "column of a condition": (
        "till == 99", "tyll == 99", "[files.tills.leave_out] 'training till'", "did you mean 'till'?",
    ),
    "aggregate of a line": ("paid / pieces", "sum(paid)", "[tables.sales] unit_price", "one_row_per_key"),
    "aggregate of an aggregate": (
        "concat('S', till)\", size", "first(first(till))\", size", "[tables.stores] store_id", "no other aggregate",
    ),
    "column beside an aggregate": (
        'size_sqm = "100"', 'size_sqm = "sum(paid) / till"', "[tables.stores] size_sqm", "'till' must stand inside",
    ),
    "nested too deep": ("paid / pieces", "(" * 300 + "1" + ")" * 300, "[tables.sales] unit_price", "cannot be read"),
    "very long": ("paid / pieces", "1" + "+1" * 1000, "[tables.sales] unit_price", "longer than 2,000 characters"),
    "unknown join column": (
        '[tables.sales]\nfrom = "tills"', '[tables.sales]\nfrom = "tills"\njoin = { file = "articles", on = "skku" }',
        "[tables.sales] join", "articles.csv has no column 'skku', did you mean 'sku'?",
    ),
    "half a join": (
        '[tables.sales]\nfrom = "tills"', '[tables.sales]\nfrom = "tills"\njoin = { file = "articles" }',
        "[tables.sales] join", "needs file and on",
    ),
    "half an only_in": (
        '[tables.products]\n', '[tables.products]\nonly_in = "tills"\n', "[tables.products] only_in", "'file.column'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_mapping_is_refused_with_its_setting(tmp_path: Path, name: str) -> None:
    old, new, setting, what = WRONG[name]
    assert old in MAPPING
    with pytest.raises(BadInput) as refusal:
        load(shop(tmp_path, MAPPING.replace(old, new)))
    assert (refusal.value.file, refusal.value.column) == ("mapping.toml", setting)
    assert what in refusal.value.what
    assert str(refusal.value).startswith(f"mapping.toml, {setting}: " if setting else "mapping.toml: ")


def test_mapping_that_leaves_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"tills\.csv: the mapping leaves no row for stores"):
        load(shop(tmp_path, MAPPING.replace("till == 99", "till > 0")))


def test_mapped_file_must_be_there(tmp_path: Path) -> None:
    (shop(tmp_path) / "tills.csv").rename(tmp_path / "till.csv")
    with pytest.raises(BadInput, match=r"tills\.csv: the file is missing, did you mean 'till\.csv'\?"):
        load(tmp_path)


def test_mappings_are_found_by_path_and_by_name(tmp_path: Path) -> None:
    (shop(tmp_path) / "mapping.toml").rename(tmp_path / "other.toml")
    assert load_mapping(tmp_path) == Mapping()
    assert load_mapping(tmp_path, tmp_path / "other.toml").currency == "EUR"
    assert load_mapping(tmp_path, "complete-journey").currency == "USD"
    with pytest.raises(BadInput, match=re.escape("complet-journey: there is no mapping of that name, did you mean")):
        load_mapping(tmp_path, "complet-journey")
    with pytest.raises(BadInput, match=r"gone\.toml: the mapping cannot be read \(No such file"):
        load_mapping(tmp_path, tmp_path / "gone.toml")
