CREATE TEMPORARY TABLE counts (
  "store_idx" INT NOT NULL,
  "product_idx" INT NOT NULL,
  "month_idx" INT NOT NULL,
  "units_sold" BIGINT NOT NULL,
  "returned_units" BIGINT NOT NULL,
  "lines" BIGINT NOT NULL,
  "sold_lines" BIGINT NOT NULL,
  "discounted_lines" BIGINT NOT NULL,
  "gross_sales_cents" BIGINT NOT NULL,
  "discount_cents" BIGINT NOT NULL,
  "net_sales_cents" BIGINT NOT NULL,
  "opening_units" BIGINT NOT NULL,
  "closing_units" BIGINT NOT NULL,
  "received_units" BIGINT NOT NULL,
  "shrink_units" BIGINT NOT NULL,
  "ledger_rows" BIGINT NOT NULL,
  "costed_sales_cents" BIGINT NOT NULL,
  "cost_of_sales_cents" BIGINT NOT NULL,
  "opening_cost_cents" BIGINT NOT NULL,
  "closing_cost_cents" BIGINT NOT NULL
);

INSERT INTO counts
SELECT
  "t20"."store_idx",
  "t11"."product_idx",
  "t5"."month_idx",
  "t20"."units_sold",
  "t20"."returned_units",
  "t20"."lines",
  "t20"."sold_lines",
  "t20"."discounted_lines",
  "t20"."gross_sales_cents",
  "t20"."discount_cents",
  "t20"."net_sales_cents",
  "t20"."opening_units",
  "t20"."closing_units",
  "t20"."received_units",
  "t20"."shrink_units",
  "t20"."ledger_rows",
  CASE WHEN "t11"."unit_cost" IS NOT NULL THEN "t20"."net_sales_cents" ELSE 0 END AS "costed_sales_cents",
  COALESCE(
    CAST((
      TRUNC("t20"."units_sold" * "t11"."unit_cost" * 100) + TRUNC(
        2 * (
          "t20"."units_sold" * "t11"."unit_cost" * 100 - TRUNC("t20"."units_sold" * "t11"."unit_cost" * 100)
        )
      )
    ) AS BIGINT),
    0
  ) AS "cost_of_sales_cents",
  COALESCE(
    CAST((
      TRUNC("t20"."opening_units" * "t11"."unit_cost" * 100) + TRUNC(
        2 * (
          "t20"."opening_units" * "t11"."unit_cost" * 100 - TRUNC("t20"."opening_units" * "t11"."unit_cost" * 100)
        )
      )
    ) AS BIGINT),
    0
  ) AS "opening_cost_cents",
  COALESCE(
    CAST((
      TRUNC("t20"."closing_units" * "t11"."unit_cost" * 100) + TRUNC(
        2 * (
          "t20"."closing_units" * "t11"."unit_cost" * 100 - TRUNC("t20"."closing_units" * "t11"."unit_cost" * 100)
        )
      )
    ) AS BIGINT),
    0
  ) AS "closing_cost_cents"
FROM (
  SELECT
    "t0"."product_idx",
    "t0"."unit_cost"
  FROM "product_dim" AS "t0"
) AS "t11"
INNER JOIN (
  SELECT
    COALESCE("t18"."store_idx", "t16"."store_idx") AS "store_idx",
    COALESCE("t18"."product_idx", "t16"."product_idx") AS "product_idx",
    COALESCE("t18"."month", "t16"."month") AS "month",
    COALESCE("t18"."units_sold", 0) AS "units_sold",
    COALESCE("t18"."returned_units", 0) AS "returned_units",
    COALESCE("t18"."lines", 0) AS "lines",
    COALESCE("t18"."sold_lines", 0) AS "sold_lines",
    COALESCE("t18"."discounted_lines", 0) AS "discounted_lines",
    COALESCE("t18"."gross_sales_cents", 0) AS "gross_sales_cents",
    COALESCE("t18"."discount_cents", 0) AS "discount_cents",
    COALESCE("t18"."net_sales_cents", 0) AS "net_sales_cents",
    COALESCE("t16"."opening_units", 0) AS "opening_units",
    COALESCE("t16"."closing_units", 0) AS "closing_units",
    COALESCE("t16"."received_units", 0) AS "received_units",
    COALESCE("t16"."shrink_units", 0) AS "shrink_units",
    COALESCE("t16"."ledger_rows", 0) AS "ledger_rows"
  FROM (
    SELECT
      "t14"."store_idx",
      "t14"."product_idx",
      CAST(DATE_TRUNC('MONTH', "t14"."sold_at") AS DATE) AS "month",
      CAST(SUM("t14"."quantity") AS BIGINT) AS "units_sold",
      CAST(SUM(CASE WHEN "t14"."quantity" < 0 THEN -(
        "t14"."quantity"
      ) ELSE 0 END) AS BIGINT) AS "returned_units",
      COUNT(*) AS "lines",
      CAST(SUM(CAST(CASE WHEN "t14"."quantity" > 0 THEN 1 ELSE 0 END AS BIGINT)) AS BIGINT) AS "sold_lines",
      CAST(SUM(
        CAST(CASE
          WHEN (
            "t14"."discount_amount_cents" <> 0
          ) AND (
            "t14"."quantity" > 0
          )
          THEN 1
          ELSE 0
        END AS BIGINT)
      ) AS BIGINT) AS "discounted_lines",
      CAST(SUM("t14"."gross_amount_cents") AS BIGINT) AS "gross_sales_cents",
      CAST(SUM("t14"."discount_amount_cents") AS BIGINT) AS "discount_cents",
      CAST(SUM("t14"."net_amount_cents") AS BIGINT) AS "net_sales_cents"
    FROM (
      SELECT
        "t6"."line_id",
        "t6"."transaction_id",
        "t6"."sold_at",
        "t6"."store_id",
        "t6"."product_id",
        "t6"."customer_id",
        "t6"."quantity",
        "t6"."unit_price",
        "t6"."gross_amount_cents",
        "t6"."discount_amount_cents",
        "t6"."net_amount_cents",
        "t13"."store_idx",
        "t12"."product_idx",
        "t12"."category_idx"
      FROM "sales" AS "t6"
      INNER JOIN (
        SELECT
          "t4"."store_id",
          "t4"."store_idx"
        FROM "store_dim" AS "t4"
      ) AS "t13"
        ON "t6"."store_id" = "t13"."store_id"
      INNER JOIN (
        SELECT
          "t0"."product_id",
          "t0"."product_idx",
          "t0"."category_idx"
        FROM "product_dim" AS "t0"
      ) AS "t12"
        ON "t6"."product_id" = "t12"."product_id"
    ) AS "t14"
    GROUP BY
      1,
      2,
      3
  ) AS "t18"
  FULL OUTER JOIN (
    SELECT
      "t13"."store_idx",
      "t12"."product_idx",
      "t7"."month",
      "t7"."opening_units",
      "t7"."closing_units",
      "t7"."received_units",
      "t7"."shrink_units",
      1 AS "ledger_rows"
    FROM "inventory" AS "t7"
    INNER JOIN (
      SELECT
        "t4"."store_id",
        "t4"."store_idx"
      FROM "store_dim" AS "t4"
    ) AS "t13"
      ON "t7"."store_id" = "t13"."store_id"
    INNER JOIN (
      SELECT
        "t0"."product_id",
        "t0"."product_idx",
        "t0"."category_idx"
      FROM "product_dim" AS "t0"
    ) AS "t12"
      ON "t7"."product_id" = "t12"."product_id"
  ) AS "t16"
    ON "t18"."store_idx" = "t16"."store_idx"
    AND "t18"."product_idx" = "t16"."product_idx"
    AND "t18"."month" = "t16"."month"
) AS "t20"
  ON "t11"."product_idx" = "t20"."product_idx"
INNER JOIN "month_dim" AS "t5"
  ON "t20"."month" = "t5"."month";
