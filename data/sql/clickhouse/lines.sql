CREATE TABLE lines (
  "store_idx" Nullable(Int32),
  "product_idx" Nullable(Int32),
  "category_idx" Nullable(Int32),
  "customer_idx" Nullable(Int32),
  "month_idx" Nullable(Int32),
  "sold_at" Nullable(DateTime64(6)),
  "transaction_id" Nullable(String),
  "quantity" Nullable(Int64),
  "unit_price" Nullable(Float64),
  "discount_amount_cents" Nullable(Int64),
  "net_amount_cents" Nullable(Int64),
  "store_name_rank" Nullable(Int32),
  "product_name_rank" Nullable(Int32),
  "category_rank" Nullable(Int32),
  "customer_name_rank" Nullable(Int32),
  "sold_at_rank" Nullable(Int32),
  "transaction_id_rank" Nullable(Int32),
  "quantity_rank" Nullable(Int32),
  "unit_price_rank" Nullable(Int32),
  "discount_amount_cents_rank" Nullable(Int32),
  "net_amount_cents_rank" Nullable(Int32)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO lines
SELECT
  "t34"."store_idx" AS "store_idx",
  "t34"."product_idx" AS "product_idx",
  "t34"."category_idx" AS "category_idx",
  "t34"."customer_idx" AS "customer_idx",
  "t34"."month_idx" AS "month_idx",
  "t34"."sold_at" AS "sold_at",
  "t34"."transaction_id" AS "transaction_id",
  "t34"."quantity" AS "quantity",
  "t34"."unit_price" AS "unit_price",
  "t34"."discount_amount_cents" AS "discount_amount_cents",
  "t34"."net_amount_cents" AS "net_amount_cents",
  "t34"."store_name_rank" AS "store_name_rank",
  "t34"."product_name_rank" AS "product_name_rank",
  "t34"."category_rank" AS "category_rank",
  "t34"."customer_name_rank" AS "customer_name_rank",
  "t34"."sold_at_rank" AS "sold_at_rank",
  "t34"."transaction_id_rank" AS "transaction_id_rank",
  "t34"."quantity_rank" AS "quantity_rank",
  "t34"."unit_price_rank" AS "unit_price_rank",
  "t34"."discount_amount_cents_rank" AS "discount_amount_cents_rank",
  "t34"."net_amount_cents_rank" AS "net_amount_cents_rank"
FROM (
  SELECT
    "t33"."line_id" AS "line_id",
    "t33"."transaction_id" AS "transaction_id",
    "t33"."sold_at" AS "sold_at",
    "t33"."store_id" AS "store_id",
    "t33"."product_id" AS "product_id",
    "t33"."customer_id" AS "customer_id",
    "t33"."quantity" AS "quantity",
    "t33"."unit_price" AS "unit_price",
    "t33"."gross_amount_cents" AS "gross_amount_cents",
    "t33"."discount_amount_cents" AS "discount_amount_cents",
    "t33"."net_amount_cents" AS "net_amount_cents",
    "t33"."store_idx" AS "store_idx",
    "t33"."chain_idx" AS "chain_idx",
    "t33"."store_name" AS "store_name",
    "t33"."chain" AS "chain",
    "t33"."city" AS "city",
    "t33"."region" AS "region",
    "t33"."size_sqm" AS "size_sqm",
    "t33"."store_name_rank" AS "store_name_rank",
    "t33"."product_idx" AS "product_idx",
    "t33"."category_idx" AS "category_idx",
    "t33"."product_name" AS "product_name",
    "t33"."category" AS "category",
    "t33"."unit_price_right" AS "unit_price_right",
    "t33"."unit_cost" AS "unit_cost",
    "t33"."lead_time_days" AS "lead_time_days",
    "t33"."product_name_rank" AS "product_name_rank",
    "t33"."category_rank" AS "category_rank",
    "t33"."customer_idx" AS "customer_idx",
    "t33"."customer_id_right" AS "customer_id_right",
    "t33"."customer_name" AS "customer_name",
    "t33"."loyalty_tier" AS "loyalty_tier",
    "t33"."joined_on" AS "joined_on",
    "t33"."home_store_id" AS "home_store_id",
    "t33"."customer_name_rank" AS "customer_name_rank",
    "t33"."month" AS "month",
    "t5"."month_idx" AS "month_idx",
    "t21"."sold_at_rank" AS "sold_at_rank",
    "t30"."transaction_id_rank" AS "transaction_id_rank",
    "t22"."quantity_rank" AS "quantity_rank",
    "t23"."unit_price_rank" AS "unit_price_rank",
    "t24"."discount_amount_cents_rank" AS "discount_amount_cents_rank",
    "t25"."net_amount_cents_rank" AS "net_amount_cents_rank"
  FROM (
    SELECT
      "t31"."line_id" AS "line_id",
      "t31"."transaction_id" AS "transaction_id",
      "t31"."sold_at" AS "sold_at",
      "t31"."store_id" AS "store_id",
      "t31"."product_id" AS "product_id",
      "t31"."customer_id" AS "customer_id",
      "t31"."quantity" AS "quantity",
      "t31"."unit_price" AS "unit_price",
      "t31"."gross_amount_cents" AS "gross_amount_cents",
      "t31"."discount_amount_cents" AS "discount_amount_cents",
      "t31"."net_amount_cents" AS "net_amount_cents",
      "t31"."store_idx" AS "store_idx",
      "t31"."chain_idx" AS "chain_idx",
      "t31"."store_name" AS "store_name",
      "t31"."chain" AS "chain",
      "t31"."city" AS "city",
      "t31"."region" AS "region",
      "t31"."size_sqm" AS "size_sqm",
      "t31"."store_name_rank" AS "store_name_rank",
      "t31"."product_idx" AS "product_idx",
      "t31"."category_idx" AS "category_idx",
      "t31"."product_name" AS "product_name",
      "t31"."category" AS "category",
      "t31"."unit_price_right" AS "unit_price_right",
      "t31"."unit_cost" AS "unit_cost",
      "t31"."lead_time_days" AS "lead_time_days",
      "t31"."product_name_rank" AS "product_name_rank",
      "t31"."category_rank" AS "category_rank",
      COALESCE("t31"."customer_idx", -1) AS "customer_idx",
      "t31"."customer_id_right" AS "customer_id_right",
      "t31"."customer_name" AS "customer_name",
      "t31"."loyalty_tier" AS "loyalty_tier",
      "t31"."joined_on" AS "joined_on",
      "t31"."home_store_id" AS "home_store_id",
      "t31"."customer_name_rank" AS "customer_name_rank",
      CAST(CAST(dateTrunc('MONTH', "t31"."sold_at") AS Nullable(DateTime)) AS Nullable(DATE)) AS "month"
    FROM (
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
        "t26"."store_idx" AS "store_idx",
        "t26"."chain_idx" AS "chain_idx",
        "t26"."store_name" AS "store_name",
        "t26"."chain" AS "chain",
        "t26"."city" AS "city",
        "t26"."region" AS "region",
        "t26"."size_sqm" AS "size_sqm",
        "t26"."store_name_rank" AS "store_name_rank",
        "t27"."product_idx" AS "product_idx",
        "t27"."category_idx" AS "category_idx",
        "t27"."product_name" AS "product_name",
        "t27"."category" AS "category",
        "t27"."unit_price" AS "unit_price_right",
        "t27"."unit_cost" AS "unit_cost",
        "t27"."lead_time_days" AS "lead_time_days",
        "t27"."product_name_rank" AS "product_name_rank",
        "t27"."category_rank" AS "category_rank",
        "t28"."customer_idx" AS "customer_idx",
        "t28"."customer_id" AS "customer_id_right",
        "t28"."customer_name" AS "customer_name",
        "t28"."loyalty_tier" AS "loyalty_tier",
        "t28"."joined_on" AS "joined_on",
        "t28"."home_store_id" AS "home_store_id",
        "t28"."customer_name_rank" AS "customer_name_rank"
      FROM "sales" AS "t6"
      INNER JOIN (
        SELECT
          "t2"."store_idx" AS "store_idx",
          "t2"."chain_idx" AS "chain_idx",
          "t2"."store_id" AS "store_id",
          "t2"."store_name" AS "store_name",
          "t2"."chain" AS "chain",
          "t2"."city" AS "city",
          "t2"."region" AS "region",
          "t2"."size_sqm" AS "size_sqm",
          CASE
            WHEN "t2"."store_name" = ''
            THEN CAST(NULL AS Nullable(Int32))
            ELSE CAST(DENSE_RANK() OVER (ORDER BY lowerUTF8("t2"."store_name") ASC) - 1 AS Nullable(Int32))
          END AS "store_name_rank"
        FROM "store_dim" AS "t2"
      ) AS "t26"
        ON "t6"."store_id" = "t26"."store_id"
      INNER JOIN (
        SELECT
          "t3"."product_idx" AS "product_idx",
          "t3"."category_idx" AS "category_idx",
          "t3"."product_id" AS "product_id",
          "t3"."product_name" AS "product_name",
          "t3"."category" AS "category",
          "t3"."unit_price" AS "unit_price",
          "t3"."unit_cost" AS "unit_cost",
          "t3"."lead_time_days" AS "lead_time_days",
          CASE
            WHEN "t3"."product_name" = ''
            THEN CAST(NULL AS Nullable(Int32))
            ELSE CAST(DENSE_RANK() OVER (ORDER BY lowerUTF8("t3"."product_name") ASC) - 1 AS Nullable(Int32))
          END AS "product_name_rank",
          CASE
            WHEN "t3"."category" = ''
            THEN CAST(NULL AS Nullable(Int32))
            ELSE CAST(DENSE_RANK() OVER (ORDER BY lowerUTF8("t3"."category") ASC) - 1 AS Nullable(Int32))
          END AS "category_rank"
        FROM "product_dim" AS "t3"
      ) AS "t27"
        ON "t6"."product_id" = "t27"."product_id"
      LEFT OUTER JOIN (
        SELECT
          "t4"."customer_idx" AS "customer_idx",
          "t4"."customer_id" AS "customer_id",
          "t4"."customer_name" AS "customer_name",
          "t4"."loyalty_tier" AS "loyalty_tier",
          "t4"."joined_on" AS "joined_on",
          "t4"."home_store_id" AS "home_store_id",
          CASE
            WHEN "t4"."customer_name" = ''
            THEN CAST(NULL AS Nullable(Int32))
            ELSE CAST(DENSE_RANK() OVER (ORDER BY lowerUTF8("t4"."customer_name") ASC) - 1 AS Nullable(Int32))
          END AS "customer_name_rank"
        FROM "customer_dim" AS "t4"
      ) AS "t28"
        ON "t6"."customer_id" = "t28"."customer_id"
    ) AS "t31"
  ) AS "t33"
  INNER JOIN "month_dim" AS "t5"
    ON "t33"."month" = "t5"."month"
  INNER JOIN (
    SELECT
      "t7"."sold_at" AS "sold_at",
      CAST(DENSE_RANK() OVER (ORDER BY "t7"."sold_at" ASC) - 1 AS Nullable(Int32)) AS "sold_at_rank"
    FROM (
      SELECT DISTINCT
        "t1"."sold_at" AS "sold_at"
      FROM "sales" AS "t1"
    ) AS "t7"
  ) AS "t21"
    ON "t33"."sold_at" = "t21"."sold_at"
  INNER JOIN (
    SELECT
      "t8"."transaction_id" AS "transaction_id",
      CASE
        WHEN "t8"."transaction_id" = ''
        THEN CAST(NULL AS Nullable(Int32))
        ELSE CAST(DENSE_RANK() OVER (ORDER BY lowerUTF8("t8"."transaction_id") ASC) - 1 AS Nullable(Int32))
      END AS "transaction_id_rank"
    FROM (
      SELECT DISTINCT
        "t1"."transaction_id" AS "transaction_id"
      FROM "sales" AS "t1"
    ) AS "t8"
  ) AS "t30"
    ON "t33"."transaction_id" = "t30"."transaction_id"
  INNER JOIN (
    SELECT
      "t9"."quantity" AS "quantity",
      CAST(DENSE_RANK() OVER (ORDER BY "t9"."quantity" ASC) - 1 AS Nullable(Int32)) AS "quantity_rank"
    FROM (
      SELECT DISTINCT
        "t1"."quantity" AS "quantity"
      FROM "sales" AS "t1"
    ) AS "t9"
  ) AS "t22"
    ON "t33"."quantity" = "t22"."quantity"
  INNER JOIN (
    SELECT
      "t10"."unit_price" AS "unit_price",
      CAST(DENSE_RANK() OVER (ORDER BY "t10"."unit_price" ASC) - 1 AS Nullable(Int32)) AS "unit_price_rank"
    FROM (
      SELECT DISTINCT
        "t1"."unit_price" AS "unit_price"
      FROM "sales" AS "t1"
    ) AS "t10"
  ) AS "t23"
    ON "t33"."unit_price" = "t23"."unit_price"
  INNER JOIN (
    SELECT
      "t11"."discount_amount_cents" AS "discount_amount_cents",
      CAST(DENSE_RANK() OVER (ORDER BY "t11"."discount_amount_cents" ASC) - 1 AS Nullable(Int32)) AS "discount_amount_cents_rank"
    FROM (
      SELECT DISTINCT
        "t1"."discount_amount_cents" AS "discount_amount_cents"
      FROM "sales" AS "t1"
    ) AS "t11"
  ) AS "t24"
    ON "t33"."discount_amount_cents" = "t24"."discount_amount_cents"
  INNER JOIN (
    SELECT
      "t12"."net_amount_cents" AS "net_amount_cents",
      CAST(DENSE_RANK() OVER (ORDER BY "t12"."net_amount_cents" ASC) - 1 AS Nullable(Int32)) AS "net_amount_cents_rank"
    FROM (
      SELECT DISTINCT
        "t1"."net_amount_cents" AS "net_amount_cents"
      FROM "sales" AS "t1"
    ) AS "t12"
  ) AS "t25"
    ON "t33"."net_amount_cents" = "t25"."net_amount_cents"
) AS "t34";
