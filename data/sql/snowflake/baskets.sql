CREATE TABLE baskets (
  "order_idx" INT NOT NULL,
  "store_idx" INT NOT NULL,
  "customer_idx" INT NOT NULL,
  "month_idx" INT NOT NULL,
  "day" DATE NOT NULL,
  "category_idx" INT NOT NULL,
  "units" BIGINT NOT NULL,
  "sold_lines" BIGINT NOT NULL,
  "discounted_lines" BIGINT NOT NULL,
  "gross_sales_cents" BIGINT NOT NULL,
  "discount_cents" BIGINT NOT NULL,
  "net_sales_cents" BIGINT NOT NULL
);

INSERT INTO baskets
WITH "t13" AS (
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
    "t11"."store_idx",
    "t12"."product_idx",
    "t12"."category_idx"
  FROM "sales" AS "t6"
  INNER JOIN (
    SELECT
      "t3"."store_id",
      "t3"."store_idx"
    FROM "store_dim" AS "t3"
  ) AS "t11"
    ON "t6"."store_id" = "t11"."store_id"
  INNER JOIN (
    SELECT
      "t4"."product_id",
      "t4"."product_idx",
      "t4"."category_idx"
    FROM "product_dim" AS "t4"
  ) AS "t12"
    ON "t6"."product_id" = "t12"."product_id"
)
SELECT
  *
FROM (
  SELECT
    "t20"."order_idx",
    "t18"."store_idx",
    "t20"."customer_idx",
    "t5"."month_idx",
    "t18"."day",
    "t18"."category_idx",
    "t18"."units",
    "t18"."sold_lines",
    "t18"."discounted_lines",
    "t18"."gross_sales_cents",
    "t18"."discount_cents",
    "t18"."net_sales_cents"
  FROM (
    SELECT
      "t14"."store_idx",
      "t14"."transaction_id",
      "t14"."category_idx",
      CAST(DATE_TRUNC('MONTH', "t14"."sold_at") AS DATE) AS "month",
      CAST(MIN("t14"."sold_at") AS DATE) AS "day",
      SUM("t14"."quantity") AS "units",
      SUM(CAST(IFF("t14"."quantity" > 0, 1, 0) AS BIGINT)) AS "sold_lines",
      SUM(
        CAST(IFF((
          "t14"."discount_amount_cents" <> 0
        ) AND (
          "t14"."quantity" > 0
        ), 1, 0) AS BIGINT)
      ) AS "discounted_lines",
      SUM("t14"."gross_amount_cents") AS "gross_sales_cents",
      SUM("t14"."discount_amount_cents") AS "discount_cents",
      SUM("t14"."net_amount_cents") AS "net_sales_cents"
    FROM "t13" AS "t14"
    GROUP BY
      1,
      2,
      3,
      4
  ) AS "t18"
  INNER JOIN (
    SELECT
      "t16"."store_idx",
      "t16"."transaction_id",
      CAST(ROW_NUMBER() OVER (ORDER BY "t16"."store_idx" ASC, "t16"."transaction_id" ASC) - 1 AS INT) AS "order_idx",
      COALESCE("t10"."customer_idx", -1) AS "customer_idx"
    FROM (
      SELECT
        "t14"."store_idx",
        "t14"."transaction_id",
        MAX("t14"."customer_id") AS "customer_id"
      FROM "t13" AS "t14"
      GROUP BY
        1,
        2
    ) AS "t16"
    LEFT OUTER JOIN (
      SELECT
        "t2"."customer_id",
        "t2"."customer_idx"
      FROM "customer_dim" AS "t2"
    ) AS "t10"
      ON "t16"."customer_id" = "t10"."customer_id"
  ) AS "t20"
    ON "t18"."store_idx" = "t20"."store_idx"
    AND "t18"."transaction_id" = "t20"."transaction_id"
  INNER JOIN "month_dim" AS "t5"
    ON "t18"."month" = "t5"."month"
) AS "t21";
