CREATE TABLE cells (
  "store_idx" Int32,
  "product_idx" Int32,
  "month_idx" Int32,
  "units_sold" Int64,
  "returned_units" Int64,
  "lines" Int64,
  "sold_lines" Int64,
  "discounted_lines" Int64,
  "gross_sales_cents" Int64,
  "discount_cents" Int64,
  "net_sales_cents" Int64,
  "costed_sales_cents" Int64,
  "cost_of_sales_cents" Int64,
  "opening_units" Int64,
  "closing_units" Int64,
  "received_units" Int64,
  "shrink_units" Int64,
  "opening_cost_cents" Int64,
  "closing_cost_cents" Int64,
  "ledger_rows" Int64,
  "ranged_months" Int64,
  "stockout_months" Int64,
  "ranged_weight_cents" Int64,
  "stockout_weight_cents" Int64
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO cells
SELECT
  "t8"."store_idx" AS "store_idx",
  "t8"."product_idx" AS "product_idx",
  "t8"."month_idx" AS "month_idx",
  "t8"."units_sold" AS "units_sold",
  "t8"."returned_units" AS "returned_units",
  "t8"."lines" AS "lines",
  "t8"."sold_lines" AS "sold_lines",
  "t8"."discounted_lines" AS "discounted_lines",
  "t8"."gross_sales_cents" AS "gross_sales_cents",
  "t8"."discount_cents" AS "discount_cents",
  "t8"."net_sales_cents" AS "net_sales_cents",
  "t8"."costed_sales_cents" AS "costed_sales_cents",
  "t8"."cost_of_sales_cents" AS "cost_of_sales_cents",
  "t8"."opening_units" AS "opening_units",
  "t8"."closing_units" AS "closing_units",
  "t8"."received_units" AS "received_units",
  "t8"."shrink_units" AS "shrink_units",
  "t8"."opening_cost_cents" AS "opening_cost_cents",
  "t8"."closing_cost_cents" AS "closing_cost_cents",
  "t8"."ledger_rows" AS "ledger_rows",
  "t8"."ranged_months" AS "ranged_months",
  "t8"."ranged_months" * CAST(CASE WHEN "t8"."closing_units" = 0 THEN 1 ELSE 0 END AS Nullable(Int64)) AS "stockout_months",
  CASE
    WHEN "t8"."ranged_months" = 1
    THEN CAST((
      TRUNC(GREATEST("t8"."net_cents", 0) / "t8"."months") + TRUNC(
        2 * (
          GREATEST("t8"."net_cents", 0) / "t8"."months" - TRUNC(GREATEST("t8"."net_cents", 0) / "t8"."months")
        )
      )
    ) AS Nullable(Int64))
    ELSE 0
  END AS "ranged_weight_cents",
  CASE
    WHEN "t8"."ranged_months" = 1
    THEN CAST((
      TRUNC(GREATEST("t8"."net_cents", 0) / "t8"."months") + TRUNC(
        2 * (
          GREATEST("t8"."net_cents", 0) / "t8"."months" - TRUNC(GREATEST("t8"."net_cents", 0) / "t8"."months")
        )
      )
    ) AS Nullable(Int64))
    ELSE 0
  END * (
    "t8"."ranged_months" * CAST(CASE WHEN "t8"."closing_units" = 0 THEN 1 ELSE 0 END AS Nullable(Int64))
  ) AS "stockout_weight_cents"
FROM (
  SELECT
    "t1"."store_idx" AS "store_idx",
    "t1"."product_idx" AS "product_idx",
    "t1"."month_idx" AS "month_idx",
    "t1"."units_sold" AS "units_sold",
    "t1"."returned_units" AS "returned_units",
    "t1"."lines" AS "lines",
    "t1"."sold_lines" AS "sold_lines",
    "t1"."discounted_lines" AS "discounted_lines",
    "t1"."gross_sales_cents" AS "gross_sales_cents",
    "t1"."discount_cents" AS "discount_cents",
    "t1"."net_sales_cents" AS "net_sales_cents",
    "t1"."opening_units" AS "opening_units",
    "t1"."closing_units" AS "closing_units",
    "t1"."received_units" AS "received_units",
    "t1"."shrink_units" AS "shrink_units",
    "t1"."ledger_rows" AS "ledger_rows",
    "t1"."costed_sales_cents" AS "costed_sales_cents",
    "t1"."cost_of_sales_cents" AS "cost_of_sales_cents",
    "t1"."opening_cost_cents" AS "opening_cost_cents",
    "t1"."closing_cost_cents" AS "closing_cost_cents",
    CAST(CASE
      WHEN (
        "t1"."ledger_rows" > 0
      )
      AND (
        (
          "t1"."month_idx" >= "t4"."first_month"
        )
        AND (
          "t1"."month_idx" <= (
            "t4"."last_month" + 3
          )
        )
      )
      THEN 1
      ELSE 0
    END AS Nullable(Int64)) AS "ranged_months",
    "t7"."net_cents" AS "net_cents",
    "t7"."months" AS "months"
  FROM "counts" AS "t1"
  LEFT OUTER JOIN (
    SELECT
      "t2"."store_idx" AS "store_idx",
      "t2"."product_idx" AS "product_idx",
      MIN("t2"."month_idx") AS "first_month",
      MAX("t2"."month_idx") AS "last_month"
    FROM (
      SELECT
        *
      FROM "counts" AS "t0"
      WHERE
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
        )
    ) AS "t2"
    GROUP BY
      "t2"."store_idx",
      "t2"."product_idx"
  ) AS "t4"
    ON "t1"."store_idx" = "t4"."store_idx" AND "t1"."product_idx" = "t4"."product_idx"
  INNER JOIN (
    SELECT
      "t5"."store_idx" AS "store_idx",
      "t5"."product_idx" AS "product_idx",
      SUM("t5"."net_sales_cents") AS "net_cents",
      SUM("t5"."ranged_months") AS "months"
    FROM (
      SELECT
        "t1"."store_idx" AS "store_idx",
        "t1"."product_idx" AS "product_idx",
        "t1"."month_idx" AS "month_idx",
        "t1"."units_sold" AS "units_sold",
        "t1"."returned_units" AS "returned_units",
        "t1"."lines" AS "lines",
        "t1"."sold_lines" AS "sold_lines",
        "t1"."discounted_lines" AS "discounted_lines",
        "t1"."gross_sales_cents" AS "gross_sales_cents",
        "t1"."discount_cents" AS "discount_cents",
        "t1"."net_sales_cents" AS "net_sales_cents",
        "t1"."opening_units" AS "opening_units",
        "t1"."closing_units" AS "closing_units",
        "t1"."received_units" AS "received_units",
        "t1"."shrink_units" AS "shrink_units",
        "t1"."ledger_rows" AS "ledger_rows",
        "t1"."costed_sales_cents" AS "costed_sales_cents",
        "t1"."cost_of_sales_cents" AS "cost_of_sales_cents",
        "t1"."opening_cost_cents" AS "opening_cost_cents",
        "t1"."closing_cost_cents" AS "closing_cost_cents",
        CAST(CASE
          WHEN (
            "t1"."ledger_rows" > 0
          )
          AND (
            (
              "t1"."month_idx" >= "t4"."first_month"
            )
            AND (
              "t1"."month_idx" <= (
                "t4"."last_month" + 3
              )
            )
          )
          THEN 1
          ELSE 0
        END AS Nullable(Int64)) AS "ranged_months"
      FROM "counts" AS "t1"
      LEFT OUTER JOIN (
        SELECT
          "t2"."store_idx" AS "store_idx",
          "t2"."product_idx" AS "product_idx",
          MIN("t2"."month_idx") AS "first_month",
          MAX("t2"."month_idx") AS "last_month"
        FROM (
          SELECT
            *
          FROM "counts" AS "t0"
          WHERE
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
            )
        ) AS "t2"
        GROUP BY
          "t2"."store_idx",
          "t2"."product_idx"
      ) AS "t4"
        ON "t1"."store_idx" = "t4"."store_idx" AND "t1"."product_idx" = "t4"."product_idx"
    ) AS "t5"
    GROUP BY
      "t5"."store_idx",
      "t5"."product_idx"
  ) AS "t7"
    ON "t1"."store_idx" = "t7"."store_idx" AND "t1"."product_idx" = "t7"."product_idx"
) AS "t8";
