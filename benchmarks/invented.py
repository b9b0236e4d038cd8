"""A retailer of any size, as files: `python -m benchmarks.invented FOLDER LINES`. Half a minute for 100 million lines.

1,000 stores × 5,000 products × 36 months; each store carries a fifth of the products and sells few of them often. With
a stock ledger that is 36 million rows, whatever the lines.
"""

import sys
from pathlib import Path
from typing import Final

import duckdb

STORES, PRODUCTS, MONTHS, CHAINS, CATEGORIES = 1_000, 5_000, 36, 5, 20
LINES_OF_A_CUSTOMER: Final = 50
LINES_OF_A_RECEIPT: Final = 4
FIRST_DAY: Final = "DATE '2021-01-01'"
# Hashes of the line's number stand for chance: the same number, the same line, whatever the size of the file.
SALES: Final = """
    SELECT
        'T' || (i // {receipt}) AS transaction_id,
        {first} + ((i * {days}) // {lines})::INTEGER AS sold_at,
        'S' || lpad(store::VARCHAR, 4, '0') AS store_id,
        'P' || lpad(((store * 7 + place * 5) % {products})::VARCHAR, 4, '0') AS product_id,
        {buyer} AS customer_id,
        1 + (hash(i, 6) % 3)::INTEGER AS quantity,
        (100 + (place * 37) % 4900) / 100 AS unit_price,
        CASE WHEN hash(i, 7) % 5 = 0 THEN round((100 + (place * 37) % 4900) / 1000, 2) ELSE 0 END AS discount_amount
    FROM (
        SELECT i, (hash(i // {receipt}, 1) % {stores})::INTEGER AS store,
            floor({carried} * pow((hash(i, 2) % 1000003) / 1000003, 2))::INTEGER AS place
        FROM range({lines}) AS lines(i)
    )
"""
BUYER: Final = "CASE WHEN hash(i // {receipt}, 4) % 3 > 0 THEN 'C' || (hash(i // {receipt}, 5) % {customers}) END"
# A shelf in twelve closes a month at zero, the others with up to eight more units than they sold.
LEDGER: Final = """
    WITH cells AS (
        SELECT 'S' || lpad(store::VARCHAR, 4, '0') AS store_id,
            'P' || lpad(((store * 7 + place * 5) % {products})::VARCHAR, 4, '0') AS product_id,
            ({first} + to_months(m::INTEGER))::DATE AS month,
            CASE WHEN chance % 12 = 0 THEN 0 ELSE 1 + (chance // 12 % 8)::INTEGER END AS kept
        FROM (
            SELECT store, place, m, hash(store, place, m) AS chance
            FROM range({stores}) AS s(store), range({carried}) AS p(place), range({months}) AS t(m)
        )
    ), sold AS (
        SELECT store_id, product_id, date_trunc('month', sold_at)::DATE AS month, sum(quantity)::INTEGER AS units
        FROM '{sales}' GROUP BY ALL
    ), closed AS (
        SELECT store_id, product_id, month, coalesce(units, 0) AS units,
            CASE WHEN kept = 0 THEN 0 ELSE kept + coalesce(units, 0) END AS closing_units
        FROM cells LEFT JOIN sold USING (store_id, product_id, month)
    ), opened AS (
        SELECT *, lag(closing_units, 1, 5) OVER (PARTITION BY store_id, product_id ORDER BY month) AS opening_units
        FROM closed
    )
    SELECT store_id, product_id, month, opening_units, closing_units,
        greatest(closing_units + units - opening_units, 0) AS received_units,
        greatest(opening_units - units - closing_units, 0) AS shrink_units
    FROM opened ORDER BY month, store_id
"""
TABLES: Final = {
    "stores": """SELECT 'S' || lpad(i::VARCHAR, 4, '0') AS store_id, 'Store ' || i AS store_name,
        'Chain ' || (i % {chains}) AS chain, 'City ' || (i % 50) AS city, 'Region ' || (i % 10) AS region
        FROM range({stores}) AS t(i)""",
    "products": """SELECT 'P' || lpad(i::VARCHAR, 4, '0') AS product_id, 'Product ' || i AS product_name,
        'Category ' || (i % {categories}) AS category, 0.6 * (100 + (i * 37) % 4900) / 100 AS unit_cost
        FROM range({products}) AS t(i)""",
    "customers": """SELECT 'C' || i AS customer_id, 'Customer ' || i AS customer_name,
        ['Bronze', 'Silver', 'Gold'][1 + i % 3] AS loyalty_tier FROM range({customers}) AS t(i)""",
}


def invent(folder: Path, lines: int, known: bool = False, counted: bool = False) -> Path:
    """Writes Parquet files of the contract's tables and returns their folder.

    known: whether two of three receipts name a customer, so that models of customers are fitted too. counted: whether
    there is a stock ledger, so that those of demand are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {
        "lines": lines,
        "stores": STORES,
        "products": PRODUCTS,
        "chains": CHAINS,
        "categories": CATEGORIES,
        "carried": PRODUCTS // 5,
        "customers": max(lines // LINES_OF_A_CUSTOMER, 1),
        "receipt": LINES_OF_A_RECEIPT,
        "first": FIRST_DAY,
        "days": 1095,
        "months": MONTHS,
        "sales": folder / "sales.parquet",
    }
    with duckdb.connect() as con:
        for name, select in TABLES.items():
            con.execute(f"COPY ({select.format(**numbers)}) TO '{folder / name}.parquet'")
        buyer = BUYER.format(**numbers) if known else "NULL::VARCHAR"
        sales = SALES.format(**numbers, buyer=buyer)
        con.execute(f"COPY ({sales}) TO '{folder / 'sales.parquet'}' (COMPRESSION zstd)")
        if counted:
            con.execute(f"COPY ({LEDGER.format(**numbers)}) TO '{folder / 'inventory.parquet'}' (COMPRESSION zstd)")
    return folder


if __name__ == "__main__":
    print(invent(Path(sys.argv[1]), int(sys.argv[2])))
