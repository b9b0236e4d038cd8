CREATE TABLE lives (
  "store_idx" Nullable(Int32),
  "product_idx" Nullable(Int32),
  "first_month" Nullable(Int32),
  "last_month" Nullable(Int32),
  "net_cents" Nullable(Int64)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO lives
SELECT
  "t0"."store_idx" AS "store_idx",
  "t0"."product_idx" AS "product_idx",
  MIN(
    CASE
      WHEN (
        "t0"."opening_units" > 0
      )
      OR (
        "t0"."closing_units" > 0
      )
      OR (
        "t0"."received_units" > 0
      )
      OR (
        (
          "t0"."units_sold" + "t0"."returned_units"
        ) > 0
      )
      THEN "t0"."month_idx"
      ELSE CAST(NULL AS Nullable(Int32))
    END
  ) AS "first_month",
  MAX(
    CASE
      WHEN (
        "t0"."opening_units" > 0
      )
      OR (
        "t0"."closing_units" > 0
      )
      OR (
        "t0"."received_units" > 0
      )
      OR (
        (
          "t0"."units_sold" + "t0"."returned_units"
        ) > 0
      )
      THEN "t0"."month_idx"
      ELSE CAST(NULL AS Nullable(Int32))
    END
  ) AS "last_month",
  SUM("t0"."net_sales_cents") AS "net_cents"
FROM "counts" AS "t0"
GROUP BY
  "t0"."store_idx",
  "t0"."product_idx";
