CREATE TABLE customer_dim (
  "customer_idx" Nullable(Int32),
  "customer_id" Nullable(String),
  "customer_name" Nullable(String),
  "loyalty_tier" Nullable(String),
  "joined_on" Nullable(DATE),
  "home_store_id" Nullable(String)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO customer_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."customer_id" ASC) - 1 AS Nullable(Int32)) AS "customer_idx",
    "t0"."customer_id" AS "customer_id",
    "t0"."customer_name" AS "customer_name",
    "t0"."loyalty_tier" AS "loyalty_tier",
    "t0"."joined_on" AS "joined_on",
    "t0"."home_store_id" AS "home_store_id"
  FROM "customers" AS "t0"
) AS "t1";
