CREATE TABLE lives (
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
    IFF(
      (
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
      ),
      "t0"."month_idx",
      CAST(NULL AS INT)
    )
  ) AS "first_month",
  MAX(
    IFF(
      (
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
      ),
      "t0"."month_idx",
      CAST(NULL AS INT)
    )
  ) AS "last_month",
  SUM("t0"."net_sales_cents") AS "net_cents"
FROM "counts" AS "t0"
GROUP BY
  1,
  2;
