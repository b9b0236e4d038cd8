CREATE TEMPORARY TABLE lives (
  "store_idx" INT,
  "product_idx" INT,
  "first_month" INT,
  "last_month" INT,
  "net_cents" BIGINT
);

INSERT INTO lives
SELECT
  "t0"."store_idx",
  "t0"."product_idx",
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
      ELSE CAST(NULL AS INT)
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
      ELSE CAST(NULL AS INT)
    END
  ) AS "last_month",
  CAST(SUM("t0"."net_sales_cents") AS BIGINT) AS "net_cents"
FROM "counts" AS "t0"
GROUP BY
  1,
  2;
