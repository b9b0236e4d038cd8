CREATE TABLE product_dim (
  "product_idx" INTEGER,
  "category_idx" INTEGER,
  "product_id" VARCHAR,
  "product_name" VARCHAR,
  "category" VARCHAR,
  "unit_price" DOUBLE,
  "unit_cost" DOUBLE,
  "lead_time_days" DOUBLE
);

INSERT INTO product_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."category" ASC, "t0"."product_name" ASC, "t0"."product_id" ASC) - 1 AS INTEGER) AS "product_idx",
    CAST(DENSE_RANK() OVER (ORDER BY "t0"."category" ASC) - 1 AS INTEGER) AS "category_idx",
    "t0"."product_id",
    "t0"."product_name",
    "t0"."category",
    "t0"."unit_price",
    "t0"."unit_cost",
    "t0"."lead_time_days"
  FROM "products" AS "t0"
) AS "t1";
