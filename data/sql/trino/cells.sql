CREATE TABLE cells (
  "store_idx" INTEGER NOT NULL,
  "product_idx" INTEGER NOT NULL,
  "month_idx" INTEGER NOT NULL,
  "units_sold" BIGINT NOT NULL,
  "returned_units" BIGINT NOT NULL,
  "lines" BIGINT NOT NULL,
  "sold_lines" BIGINT NOT NULL,
  "discounted_lines" BIGINT NOT NULL,
  "gross_sales_cents" BIGINT NOT NULL,
  "discount_cents" BIGINT NOT NULL,
  "net_sales_cents" BIGINT NOT NULL,
  "costed_sales_cents" BIGINT NOT NULL,
  "cost_of_sales_cents" BIGINT NOT NULL,
  "opening_units" BIGINT NOT NULL,
  "closing_units" BIGINT NOT NULL,
  "received_units" BIGINT NOT NULL,
  "shrink_units" BIGINT NOT NULL,
  "opening_cost_cents" BIGINT NOT NULL,
  "closing_cost_cents" BIGINT NOT NULL,
  "ledger_rows" BIGINT NOT NULL,
  "ranged_months" BIGINT NOT NULL,
  "stockout_months" BIGINT NOT NULL,
  "ranged_weight_cents" BIGINT NOT NULL,
  "stockout_weight_cents" BIGINT NOT NULL
);

INSERT INTO cells
SELECT
  "t8"."store_idx",
  "t8"."product_idx",
  "t8"."month_idx",
  "t8"."units_sold",
  "t8"."returned_units",
  "t8"."lines",
  "t8"."sold_lines",
  "t8"."discounted_lines",
  "t8"."gross_sales_cents",
  "t8"."discount_cents",
  "t8"."net_sales_cents",
  "t8"."costed_sales_cents",
  "t8"."cost_of_sales_cents",
  "t8"."opening_units",
  "t8"."closing_units",
  "t8"."received_units",
  "t8"."shrink_units",
  "t8"."opening_cost_cents",
  "t8"."closing_cost_cents",
  "t8"."ledger_rows",
  "t8"."ranged_months",
  "t8"."ranged_months" * CAST(IF("t8"."closing_units" = 0, 1, 0) AS BIGINT) AS "stockout_months",
  IF(
    "t8"."ranged_months" = 1,
    CAST(ROUND(CAST(GREATEST("t8"."net_cents", 0) AS DOUBLE) / "t8"."months", 0) AS BIGINT),
    0
  ) AS "ranged_weight_cents",
  IF(
    "t8"."ranged_months" = 1,
    CAST(ROUND(CAST(GREATEST("t8"."net_cents", 0) AS DOUBLE) / "t8"."months", 0) AS BIGINT),
    0
  ) * (
    "t8"."ranged_months" * CAST(IF("t8"."closing_units" = 0, 1, 0) AS BIGINT)
  ) AS "stockout_weight_cents"
FROM (
  SELECT
    "t1"."store_idx",
    "t1"."product_idx",
    "t1"."month_idx",
    "t1"."units_sold",
    "t1"."returned_units",
    "t1"."lines",
    "t1"."sold_lines",
    "t1"."discounted_lines",
    "t1"."gross_sales_cents",
    "t1"."discount_cents",
    "t1"."net_sales_cents",
    "t1"."opening_units",
    "t1"."closing_units",
    "t1"."received_units",
    "t1"."shrink_units",
    "t1"."ledger_rows",
    "t1"."costed_sales_cents",
    "t1"."cost_of_sales_cents",
    "t1"."opening_cost_cents",
    "t1"."closing_cost_cents",
    CAST(IF(
      (
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
      ),
      1,
      0
    ) AS BIGINT) AS "ranged_months",
    "t7"."net_cents",
    "t7"."months"
  FROM "counts" AS "t1"
  LEFT OUTER JOIN (
    SELECT
      "t2"."store_idx",
      "t2"."product_idx",
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
      1,
      2
  ) AS "t4"
    ON "t1"."store_idx" = "t4"."store_idx" AND "t1"."product_idx" = "t4"."product_idx"
  INNER JOIN (
    SELECT
      "t5"."store_idx",
      "t5"."product_idx",
      SUM("t5"."net_sales_cents") AS "net_cents",
      SUM("t5"."ranged_months") AS "months"
    FROM (
      SELECT
        "t1"."store_idx",
        "t1"."product_idx",
        "t1"."month_idx",
        "t1"."units_sold",
        "t1"."returned_units",
        "t1"."lines",
        "t1"."sold_lines",
        "t1"."discounted_lines",
        "t1"."gross_sales_cents",
        "t1"."discount_cents",
        "t1"."net_sales_cents",
        "t1"."opening_units",
        "t1"."closing_units",
        "t1"."received_units",
        "t1"."shrink_units",
        "t1"."ledger_rows",
        "t1"."costed_sales_cents",
        "t1"."cost_of_sales_cents",
        "t1"."opening_cost_cents",
        "t1"."closing_cost_cents",
        CAST(IF(
          (
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
          ),
          1,
          0
        ) AS BIGINT) AS "ranged_months"
      FROM "counts" AS "t1"
      LEFT OUTER JOIN (
        SELECT
          "t2"."store_idx",
          "t2"."product_idx",
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
          1,
          2
      ) AS "t4"
        ON "t1"."store_idx" = "t4"."store_idx" AND "t1"."product_idx" = "t4"."product_idx"
    ) AS "t5"
    GROUP BY
      1,
      2
  ) AS "t7"
    ON "t1"."store_idx" = "t7"."store_idx" AND "t1"."product_idx" = "t7"."product_idx"
) AS "t8";
