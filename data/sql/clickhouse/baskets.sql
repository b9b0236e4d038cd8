CREATE TABLE baskets (
  "order_idx" Int32,
  "store_idx" Int32,
  "customer_idx" Int32,
  "month_idx" Int32,
  "day" DATE,
  "category_idx" Int32,
  "units" Int64,
  "sold_lines" Int64,
  "discounted_lines" Int64,
  "gross_sales_cents" Int64,
  "discount_cents" Int64,
  "net_sales_cents" Int64
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO baskets
WITH "t13" AS (
  SELECT
    "t6"."line_id" AS "line_id",
    "t6"."transaction_id" AS "transaction_id",
    "t6"."sold_at" AS "sold_at",
    "t6"."store_id" AS "store_id",
    "t6"."product_id" AS "product_id",
    "t6"."customer_id" AS "customer_id",
    "t6"."quantity" AS "quantity",
    "t6"."unit_price" AS "unit_price",
    "t6"."gross_amount_cents" AS "gross_amount_cents",
    "t6"."discount_amount_cents" AS "discount_amount_cents",
    "t6"."net_amount_cents" AS "net_amount_cents",
    "t11"."store_idx" AS "store_idx",
    "t12"."product_idx" AS "product_idx",
    "t12"."category_idx" AS "category_idx"
  FROM "sales" AS "t6"
  INNER JOIN (
    SELECT
      "t3"."store_id" AS "store_id",
      "t3"."store_idx" AS "store_idx"
    FROM "store_dim" AS "t3"
  ) AS "t11"
    ON "t6"."store_id" = "t11"."store_id"
  INNER JOIN (
    SELECT
      "t4"."product_id" AS "product_id",
      "t4"."product_idx" AS "product_idx",
      "t4"."category_idx" AS "category_idx"
    FROM "product_dim" AS "t4"
  ) AS "t12"
    ON "t6"."product_id" = "t12"."product_id"
)
SELECT
  *
FROM (
  SELECT
    "t20"."order_idx" AS "order_idx",
    "t18"."store_idx" AS "store_idx",
    "t20"."customer_idx" AS "customer_idx",
    "t5"."month_idx" AS "month_idx",
    "t18"."day" AS "day",
    "t18"."category_idx" AS "category_idx",
    "t18"."units" AS "units",
    "t18"."sold_lines" AS "sold_lines",
    "t18"."discounted_lines" AS "discounted_lines",
    "t18"."gross_sales_cents" AS "gross_sales_cents",
    "t18"."discount_cents" AS "discount_cents",
    "t18"."net_sales_cents" AS "net_sales_cents"
  FROM (
    SELECT
      "t14"."store_idx" AS "store_idx",
      "t14"."transaction_id" AS "transaction_id",
      "t14"."category_idx" AS "category_idx",
      CAST(CAST(dateTrunc('MONTH', "t14"."sold_at") AS Nullable(DateTime)) AS Nullable(DATE)) AS "month",
      CAST(MIN("t14"."sold_at") AS Nullable(DATE)) AS "day",
      SUM("t14"."quantity") AS "units",
      SUM(CAST(CASE WHEN "t14"."quantity" > 0 THEN 1 ELSE 0 END AS Nullable(Int64))) AS "sold_lines",
      SUM(
        CAST(CASE
          WHEN (
            "t14"."discount_amount_cents" <> 0
          ) AND (
            "t14"."quantity" > 0
          )
          THEN 1
          ELSE 0
        END AS Nullable(Int64))
      ) AS "discounted_lines",
      SUM("t14"."gross_amount_cents") AS "gross_sales_cents",
      SUM("t14"."discount_amount_cents") AS "discount_cents",
      SUM("t14"."net_amount_cents") AS "net_sales_cents"
    FROM "t13" AS "t14"
    GROUP BY
      "t14"."store_idx",
      "t14"."transaction_id",
      "t14"."category_idx",
      CAST(CAST(dateTrunc('MONTH', "t14"."sold_at") AS Nullable(DateTime)) AS Nullable(DATE))
  ) AS "t18"
  INNER JOIN (
    SELECT
      "t16"."store_idx" AS "store_idx",
      "t16"."transaction_id" AS "transaction_id",
      CAST(ROW_NUMBER() OVER (ORDER BY "t16"."store_idx" ASC, "t16"."transaction_id" ASC) - 1 AS Nullable(Int32)) AS "order_idx",
      COALESCE("t10"."customer_idx", -1) AS "customer_idx"
    FROM (
      SELECT
        "t14"."store_idx" AS "store_idx",
        "t14"."transaction_id" AS "transaction_id",
        MAX("t14"."customer_id") AS "customer_id"
      FROM "t13" AS "t14"
      GROUP BY
        "t14"."store_idx",
        "t14"."transaction_id"
    ) AS "t16"
    LEFT OUTER JOIN (
      SELECT
        "t2"."customer_id" AS "customer_id",
        "t2"."customer_idx" AS "customer_idx"
      FROM "customer_dim" AS "t2"
    ) AS "t10"
      ON "t16"."customer_id" = "t10"."customer_id"
  ) AS "t20"
    ON "t18"."store_idx" = "t20"."store_idx"
    AND "t18"."transaction_id" = "t20"."transaction_id"
  INNER JOIN "month_dim" AS "t5"
    ON "t18"."month" = "t5"."month"
) AS "t21";
