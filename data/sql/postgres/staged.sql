CREATE TEMPORARY TABLE staged (
  "sales" BIGINT,
  "net_sales_cents" BIGINT,
  "last_day" DATE,
  "stores" BIGINT,
  "products" BIGINT,
  "customers" BIGINT,
  "inventory" BIGINT,
  "closing_units" BIGINT,
  "last_month" DATE
);

INSERT INTO staged
SELECT
  "t13"."sales",
  "t13"."net_sales_cents",
  "t13"."last_day",
  "t8"."stores",
  "t9"."products",
  "t10"."customers",
  "t14"."inventory",
  "t14"."closing_units",
  "t14"."last_month"
FROM (
  SELECT
    COUNT(*) AS "sales",
    COALESCE(CAST(SUM("t0"."net_amount_cents") AS BIGINT), 0) AS "net_sales_cents",
    CAST(MAX("t0"."sold_at") AS DATE) AS "last_day"
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
    COALESCE(CAST(SUM("t4"."closing_units") AS BIGINT), 0) AS "closing_units",
    MAX("t4"."month") AS "last_month"
  FROM "inventory" AS "t4"
) AS "t14";
