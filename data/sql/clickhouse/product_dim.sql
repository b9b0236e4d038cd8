CREATE TABLE product_dim (
  "product_idx" Nullable(Int32),
  "category_idx" Nullable(Int32),
  "product_id" Nullable(String),
  "product_name" Nullable(String),
  "category" Nullable(String),
  "unit_price" Nullable(Float64),
  "unit_cost" Nullable(Float64),
  "lead_time_days" Nullable(Float64)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO product_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."category" ASC, "t0"."product_name" ASC, "t0"."product_id" ASC) - 1 AS Nullable(Int32)) AS "product_idx",
    CAST(DENSE_RANK() OVER (ORDER BY "t0"."category" ASC) - 1 AS Nullable(Int32)) AS "category_idx",
    "t0"."product_id" AS "product_id",
    "t0"."product_name" AS "product_name",
    "t0"."category" AS "category",
    "t0"."unit_price" AS "unit_price",
    "t0"."unit_cost" AS "unit_cost",
    "t0"."lead_time_days" AS "lead_time_days"
  FROM "products" AS "t0"
) AS "t1";
