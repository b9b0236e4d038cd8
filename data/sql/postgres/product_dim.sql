CREATE TEMPORARY TABLE product_dim (
  "product_idx" INT,
  "category_idx" INT,
  "product_id" VARCHAR COLLATE "C",
  "product_name" VARCHAR COLLATE "C",
  "category" VARCHAR COLLATE "C",
  "unit_price" DOUBLE PRECISION,
  "unit_cost" DOUBLE PRECISION,
  "lead_time_days" DOUBLE PRECISION
);

INSERT INTO product_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."category" ASC, "t0"."product_name" ASC, "t0"."product_id" ASC) - 1 AS INT) AS "product_idx",
    CAST(DENSE_RANK() OVER (ORDER BY "t0"."category" ASC) - 1 AS INT) AS "category_idx",
    "t0"."product_id",
    "t0"."product_name",
    "t0"."category",
    "t0"."unit_price",
    "t0"."unit_cost",
    "t0"."lead_time_days"
  FROM "products" AS "t0"
) AS "t1";
