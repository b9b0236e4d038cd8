CREATE TABLE staged (
  "sales" Nullable(Int64),
  "net_sales_cents" Nullable(Int64),
  "last_day" Nullable(DATE),
  "stores" Nullable(Int64),
  "products" Nullable(Int64),
  "customers" Nullable(Int64),
  "inventory" Nullable(Int64),
  "closing_units" Nullable(Int64),
  "last_month" Nullable(DATE)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO staged
SELECT
  "t13"."sales" AS "sales",
  "t13"."net_sales_cents" AS "net_sales_cents",
  "t13"."last_day" AS "last_day",
  "t8"."stores" AS "stores",
  "t9"."products" AS "products",
  "t10"."customers" AS "customers",
  "t14"."inventory" AS "inventory",
  "t14"."closing_units" AS "closing_units",
  "t14"."last_month" AS "last_month"
FROM (
  SELECT
    COUNT(*) AS "sales",
    COALESCE(SUM("t0"."net_amount_cents"), 0) AS "net_sales_cents",
    CAST(MAX("t0"."sold_at") AS Nullable(DATE)) AS "last_day"
  FROM "sales" AS "t0"
) AS "t13"
CROSS JOIN (
  SELECT
    COUNT(*) AS "stores"
  FROM "stores" AS "t1"
) AS "t8"
CROSS JOIN (
  SELECT
    COUNT(*) AS "products"
  FROM "products" AS "t2"
) AS "t9"
CROSS JOIN (
  SELECT
    COUNT(*) AS "customers"
  FROM "customers" AS "t3"
) AS "t10"
CROSS JOIN (
  SELECT
    COUNT(*) AS "inventory",
    COALESCE(SUM("t4"."closing_units"), 0) AS "closing_units",
    MAX("t4"."month") AS "last_month"
  FROM "inventory" AS "t4"
) AS "t14";
