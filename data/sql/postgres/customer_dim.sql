CREATE TEMPORARY TABLE customer_dim (
  "customer_idx" INT,
  "customer_id" VARCHAR COLLATE "C",
  "customer_name" VARCHAR COLLATE "C",
  "loyalty_tier" VARCHAR COLLATE "C",
  "joined_on" DATE,
  "home_store_id" VARCHAR COLLATE "C"
);

INSERT INTO customer_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."customer_id" ASC) - 1 AS INT) AS "customer_idx",
    "t0"."customer_id",
    "t0"."customer_name",
    "t0"."loyalty_tier",
    "t0"."joined_on",
    "t0"."home_store_id"
  FROM "customers" AS "t0"
) AS "t1";
