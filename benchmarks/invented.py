"""A retailer of any size, as files: `python -m benchmarks.invented FOLDER LINES`. Half a minute for 100 million lines.

1,000 stores × 5,000 products × 36 months; each store carries a fifth of the products and sells few of them often.
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


def invent(folder: Path, lines: int, known: bool = False) -> Path:
    """Writes Parquet files of the contract's tables, but no inventory, and returns their folder.

    known: whether two of three receipts name a customer, so that models of customers are fitted too.
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
    }
    with duckdb.connect() as con:
        for name, select in TABLES.items():
            con.execute(f"COPY ({select.format(**numbers)}) TO '{folder / name}.parquet'")
        buyer = BUYER.format(**numbers) if known else "NULL::VARCHAR"
        sales = SALES.format(**numbers, buyer=buyer)
        con.execute(f"COPY ({sales}) TO '{folder / 'sales.parquet'}' (COMPRESSION zstd)")
    return folder


if __name__ == "__main__":
    print(invent(Path(sys.argv[1]), int(sys.argv[2])))
