"""A million lines, or more, with everything that may be wrong with them, the same for the folder and for each engine.

20 stores, 200 products, 5,000 customers, two years; every 997th line is delivered twice, 1,000 are corrected further
down, and a few hundred have no quantity, no price, a year that is none, or ids that nobody knows.
"""

from pathlib import Path

import duckdb

TABLES = {
    "stores": """SELECT 'S' || lpad(i::VARCHAR, 2, '0') AS store_id, 'Störe ' || i AS store_name,
        ['Alder', 'éclair', 'Zeta'][1 + i % 3] AS chain, 'Here' AS city, (i * 100.0)::DOUBLE AS size_sqm
        FROM range(20) AS t(i)""",
    "products": """SELECT 'P' || lpad(i::VARCHAR, 3, '0') AS product_id, ['Äpfel ', 'apples ', 'Zimt '][1 + i % 3]
        || i // 2 AS product_name, 'Group ' || i % 12 AS category, (1 + i % 50 + 0.99)::DOUBLE AS unit_price,
        CASE WHEN i % 20 > 0 THEN ((1 + i % 50) * 0.6125)::DOUBLE END AS unit_cost FROM range(200) AS t(i)""",
    "customers": """SELECT 'C' || i AS customer_id, ['Ada ', 'ada ', 'Ödön '][1 + i % 3] || i // 3 AS customer_name,
        ['Gold', NULL, ' Basic '][1 + i % 3] AS loyalty_tier,
        CASE WHEN i % 7 > 0 THEN DATE '1989-06-01' + (i % 9000)::INT END AS joined_on,
        'S' || lpad((i % 21)::VARCHAR, 2, '0') AS home_store_id FROM range(5000) AS t(i)""",
    "lines": """SELECT i, hash(i) AS h, hash(i // 3) AS r, hash(i * 31 + 7) AS q FROM range({lines}) AS t(i)""",
    "sold": """SELECT 'L' || i AS line_id, 'T' || i // 3 AS transaction_id,
        TIMESTAMP '2022-01-01' + to_seconds((r % 63072000)::BIGINT) AS sold_at,
        'S' || lpad((r % 20 + (i % 5003 = 0)::INT)::VARCHAR, 2, '0') AS store_id,
        'P' || lpad((h % 200 + (i % 7001 = 0)::INT)::VARCHAR, 3, '0') AS product_id,
        CASE WHEN r % 4 > 0 THEN 'C' || r % 5001 END AS customer_id,
        (CASE WHEN i % 3001 = 0 THEN 0 WHEN q % 50 = 0 THEN -1 ELSE 1 + q % 5 END)::BIGINT AS quantity,
        (CASE WHEN i % 4001 = 0 THEN -1 ELSE 1 + h % 50 + 0.005 * (q % 200) END)::DOUBLE AS unit_price,
        (CASE WHEN q % 6 = 0 THEN 0.125 * (h % 9) WHEN q % 6 < 4 THEN 0 END)::DOUBLE AS discount_amount FROM lines""",
    "sales": """FROM sold UNION ALL FROM sold WHERE sold_at::DATE = DATE '2023-05-05' UNION ALL
        SELECT * REPLACE (sold_at + INTERVAL 1 HOUR AS sold_at, 7 AS quantity) FROM sold WHERE line_id LIKE 'L77%7'""",
    "inventory": """SELECT (DATE '2022-01-01' + to_months(m::INT))::DATE AS month,
        'S' || lpad(s::VARCHAR, 2, '0') AS store_id, 'P' || lpad(p::VARCHAR, 3, '0') AS product_id,
        (hash(s, p, m) % 40)::BIGINT AS opening_units,
        ((hash(s, p, m + 1) % 40)::BIGINT - (p = 7)::INT * 3) AS closing_units,
        CASE WHEN p % 3 > 0 THEN (hash(p, m) % 60)::BIGINT END AS received_units
        FROM range(20) AS a(s), range(200) AS b(p), range(24) AS c(m) WHERE p < 190 OR m < 12""",
}


def million_lines(folder: Path, lines: int = 1_000_000) -> duckdb.DuckDBPyConnection:
    """Writes the five tables as Parquet files into a new folder; returns them as tables too."""
    folder.mkdir()
    con = duckdb.connect()
    for name, query in TABLES.items():
        con.execute(f"CREATE TABLE {name} AS {query.format(lines=lines)}")
    for scratch in ("lines", "sold"):
        con.execute(f"DROP TABLE {scratch}")
    for name in set(TABLES) - {"lines", "sold"}:
        con.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
    return con
