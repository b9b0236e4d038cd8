CREATE TABLE lines (
  "store_idx" INT,
  "product_idx" INT,
  "category_idx" INT,
  "customer_idx" INT,
  "month_idx" INT,
  "sold_at" TIMESTAMP,
  "transaction_id" VARCHAR,
  "quantity" BIGINT,
  "unit_price" DOUBLE,
  "discount_amount_cents" BIGINT,
  "net_amount_cents" BIGINT,
  "store_name_rank" INT,
  "product_name_rank" INT,
  "category_rank" INT,
  "customer_name_rank" INT,
  "sold_at_rank" INT,
  "transaction_id_rank" INT,
  "quantity_rank" INT,
  "unit_price_rank" INT,
  "discount_amount_cents_rank" INT,
  "net_amount_cents_rank" INT
);

INSERT INTO lines
SELECT
  "t34"."store_idx",
  "t34"."product_idx",
  "t34"."category_idx",
  "t34"."customer_idx",
  "t34"."month_idx",
  "t34"."sold_at",
  "t34"."transaction_id",
  "t34"."quantity",
  "t34"."unit_price",
  "t34"."discount_amount_cents",
  "t34"."net_amount_cents",
  "t34"."store_name_rank",
  "t34"."product_name_rank",
  "t34"."category_rank",
  "t34"."customer_name_rank",
  "t34"."sold_at_rank",
  "t34"."transaction_id_rank",
  "t34"."quantity_rank",
  "t34"."unit_price_rank",
  "t34"."discount_amount_cents_rank",
  "t34"."net_amount_cents_rank"
FROM (
  SELECT
    "t33"."line_id",
    "t33"."transaction_id",
    "t33"."sold_at",
    "t33"."store_id",
    "t33"."product_id",
    "t33"."customer_id",
    "t33"."quantity",
    "t33"."unit_price",
    "t33"."gross_amount_cents",
    "t33"."discount_amount_cents",
    "t33"."net_amount_cents",
    "t33"."store_idx",
    "t33"."chain_idx",
    "t33"."store_name",
    "t33"."chain",
    "t33"."city",
    "t33"."region",
    "t33"."size_sqm",
    "t33"."store_name_rank",
    "t33"."product_idx",
    "t33"."category_idx",
    "t33"."product_name",
    "t33"."category",
    "t33"."unit_price_right",
    "t33"."unit_cost",
    "t33"."lead_time_days",
    "t33"."product_name_rank",
    "t33"."category_rank",
    "t33"."customer_idx",
    "t33"."customer_id_right",
    "t33"."customer_name",
    "t33"."loyalty_tier",
    "t33"."joined_on",
    "t33"."home_store_id",
    "t33"."customer_name_rank",
    "t33"."month",
    "t5"."month_idx",
    "t21"."sold_at_rank",
    "t30"."transaction_id_rank",
    "t22"."quantity_rank",
    "t23"."unit_price_rank",
    "t24"."discount_amount_cents_rank",
    "t25"."net_amount_cents_rank"
  FROM (
    SELECT
      "t31"."line_id",
      "t31"."transaction_id",
      "t31"."sold_at",
      "t31"."store_id",
      "t31"."product_id",
      "t31"."customer_id",
      "t31"."quantity",
      "t31"."unit_price",
      "t31"."gross_amount_cents",
      "t31"."discount_amount_cents",
      "t31"."net_amount_cents",
      "t31"."store_idx",
      "t31"."chain_idx",
      "t31"."store_name",
      "t31"."chain",
      "t31"."city",
      "t31"."region",
      "t31"."size_sqm",
      "t31"."store_name_rank",
      "t31"."product_idx",
      "t31"."category_idx",
      "t31"."product_name",
      "t31"."category",
      "t31"."unit_price_right",
      "t31"."unit_cost",
      "t31"."lead_time_days",
      "t31"."product_name_rank",
      "t31"."category_rank",
      COALESCE("t31"."customer_idx", -1) AS "customer_idx",
      "t31"."customer_id_right",
      "t31"."customer_name",
      "t31"."loyalty_tier",
      "t31"."joined_on",
      "t31"."home_store_id",
      "t31"."customer_name_rank",
      CAST(DATE_TRUNC('MONTH', "t31"."sold_at") AS DATE) AS "month"
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
        "t26"."store_idx",
        "t26"."chain_idx",
        "t26"."store_name",
        "t26"."chain",
        "t26"."city",
        "t26"."region",
        "t26"."size_sqm",
        "t26"."store_name_rank",
        "t27"."product_idx",
        "t27"."category_idx",
        "t27"."product_name",
        "t27"."category",
        "t27"."unit_price" AS "unit_price_right",
        "t27"."unit_cost",
        "t27"."lead_time_days",
        "t27"."product_name_rank",
        "t27"."category_rank",
        "t28"."customer_idx",
        "t28"."customer_id" AS "customer_id_right",
        "t28"."customer_name",
        "t28"."loyalty_tier",
        "t28"."joined_on",
        "t28"."home_store_id",
        "t28"."customer_name_rank"
      FROM "sales" AS "t6"
      INNER JOIN (
        SELECT
          "t2"."store_idx",
          "t2"."chain_idx",
          "t2"."store_id",
          "t2"."store_name",
          "t2"."chain",
          "t2"."city",
          "t2"."region",
          "t2"."size_sqm",
          IFF(
            "t2"."store_name" = '',
            CAST(NULL AS INT),
            CAST(DENSE_RANK() OVER (ORDER BY LOWER("t2"."store_name") ASC) - 1 AS INT)
          ) AS "store_name_rank"
        FROM "store_dim" AS "t2"
      ) AS "t26"
        ON "t6"."store_id" = "t26"."store_id"
      INNER JOIN (
        SELECT
          "t3"."product_idx",
          "t3"."category_idx",
          "t3"."product_id",
          "t3"."product_name",
          "t3"."category",
          "t3"."unit_price",
          "t3"."unit_cost",
          "t3"."lead_time_days",
          IFF(
            "t3"."product_name" = '',
            CAST(NULL AS INT),
            CAST(DENSE_RANK() OVER (ORDER BY LOWER("t3"."product_name") ASC) - 1 AS INT)
          ) AS "product_name_rank",
          IFF(
            "t3"."category" = '',
            CAST(NULL AS INT),
            CAST(DENSE_RANK() OVER (ORDER BY LOWER("t3"."category") ASC) - 1 AS INT)
          ) AS "category_rank"
        FROM "product_dim" AS "t3"
      ) AS "t27"
        ON "t6"."product_id" = "t27"."product_id"
      LEFT OUTER JOIN (
        SELECT
          "t4"."customer_idx",
          "t4"."customer_id",
          "t4"."customer_name",
          "t4"."loyalty_tier",
          "t4"."joined_on",
          "t4"."home_store_id",
          IFF(
            "t4"."customer_name" = '',
            CAST(NULL AS INT),
            CAST(DENSE_RANK() OVER (ORDER BY LOWER("t4"."customer_name") ASC) - 1 AS INT)
          ) AS "customer_name_rank"
        FROM "customer_dim" AS "t4"
      ) AS "t28"
        ON "t6"."customer_id" = "t28"."customer_id"
    ) AS "t31"
  ) AS "t33"
  INNER JOIN "month_dim" AS "t5"
    ON "t33"."month" = "t5"."month"
  INNER JOIN (
    SELECT
      "t7"."sold_at",
      CAST(DENSE_RANK() OVER (ORDER BY "t7"."sold_at" ASC) - 1 AS INT) AS "sold_at_rank"
    FROM (
      SELECT DISTINCT
        "t1"."sold_at"
      FROM "sales" AS "t1"
    ) AS "t7"
  ) AS "t21"
    ON "t33"."sold_at" = "t21"."sold_at"
  INNER JOIN (
    SELECT
      "t8"."transaction_id",
      IFF(
        "t8"."transaction_id" = '',
        CAST(NULL AS INT),
        CAST(DENSE_RANK() OVER (ORDER BY LOWER("t8"."transaction_id") ASC) - 1 AS INT)
      ) AS "transaction_id_rank"
    FROM (
      SELECT DISTINCT
        "t1"."transaction_id"
      FROM "sales" AS "t1"
    ) AS "t8"
  ) AS "t30"
    ON "t33"."transaction_id" = "t30"."transaction_id"
  INNER JOIN (
    SELECT
      "t9"."quantity",
      CAST(DENSE_RANK() OVER (ORDER BY "t9"."quantity" ASC) - 1 AS INT) AS "quantity_rank"
    FROM (
      SELECT DISTINCT
        "t1"."quantity"
      FROM "sales" AS "t1"
    ) AS "t9"
  ) AS "t22"
    ON "t33"."quantity" = "t22"."quantity"
  INNER JOIN (
    SELECT
      "t10"."unit_price",
      CAST(DENSE_RANK() OVER (ORDER BY "t10"."unit_price" ASC) - 1 AS INT) AS "unit_price_rank"
    FROM (
      SELECT DISTINCT
        "t1"."unit_price"
      FROM "sales" AS "t1"
    ) AS "t10"
  ) AS "t23"
    ON "t33"."unit_price" = "t23"."unit_price"
  INNER JOIN (
    SELECT
      "t11"."discount_amount_cents",
      CAST(DENSE_RANK() OVER (ORDER BY "t11"."discount_amount_cents" ASC) - 1 AS INT) AS "discount_amount_cents_rank"
    FROM (
      SELECT DISTINCT
        "t1"."discount_amount_cents"
      FROM "sales" AS "t1"
    ) AS "t11"
  ) AS "t24"
    ON "t33"."discount_amount_cents" = "t24"."discount_amount_cents"
  INNER JOIN (
    SELECT
      "t12"."net_amount_cents",
      CAST(DENSE_RANK() OVER (ORDER BY "t12"."net_amount_cents" ASC) - 1 AS INT) AS "net_amount_cents_rank"
    FROM (
      SELECT DISTINCT
        "t1"."net_amount_cents"
      FROM "sales" AS "t1"
    ) AS "t12"
  ) AS "t25"
    ON "t33"."net_amount_cents" = "t25"."net_amount_cents"
) AS "t34";
