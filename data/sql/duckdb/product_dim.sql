CREATE TABLE marts.product_dim (
  "product_idx" INT,
  "category_idx" INT,
  "product_id" TEXT,
  "product_name" TEXT,
  "category" TEXT,
  "unit_price" DOUBLE,
  "unit_cost" DOUBLE,
  "lead_time_days" DOUBLE
);

INSERT INTO marts.product_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY "t0"."category" ASC, "t0"."product_name" ASC, "t0"."product_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS INT) AS "product_idx",
    CAST(DENSE_RANK() OVER (
      ORDER BY "t0"."category" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS INT) AS "category_idx",
    "t0"."product_id",
    "t0"."product_name",
    "t0"."category",
    "t0"."unit_price",
    "t0"."unit_cost",
    "t0"."lead_time_days"
  FROM "staging"."products" AS "t0"
) AS "t1"
ORDER BY
  "t1"."product_idx" ASC;
