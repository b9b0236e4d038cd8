CREATE TABLE store_dim (
  "store_idx" Nullable(Int32),
  "chain_idx" Nullable(Int32),
  "store_id" Nullable(String),
  "store_name" Nullable(String),
  "chain" Nullable(String),
  "city" Nullable(String),
  "region" Nullable(String),
  "size_sqm" Nullable(Float64)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO store_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."chain" ASC, "t0"."store_name" ASC, "t0"."store_id" ASC) - 1 AS Nullable(Int32)) AS "store_idx",
    CAST(DENSE_RANK() OVER (ORDER BY "t0"."chain" ASC) - 1 AS Nullable(Int32)) AS "chain_idx",
    "t0"."store_id" AS "store_id",
    "t0"."store_name" AS "store_name",
    "t0"."chain" AS "chain",
    "t0"."city" AS "city",
    "t0"."region" AS "region",
    "t0"."size_sqm" AS "size_sqm"
  FROM "stores" AS "t0"
) AS "t1";
