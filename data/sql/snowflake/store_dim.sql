CREATE TABLE store_dim (
  "store_idx" INT,
  "chain_idx" INT,
  "store_id" VARCHAR,
  "store_name" VARCHAR,
  "chain" VARCHAR,
  "city" VARCHAR,
  "region" VARCHAR,
  "size_sqm" DOUBLE
);

INSERT INTO store_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY "t0"."chain" ASC, "t0"."store_name" ASC, "t0"."store_id" ASC) - 1 AS INT) AS "store_idx",
    CAST(DENSE_RANK() OVER (ORDER BY "t0"."chain" ASC) - 1 AS INT) AS "chain_idx",
    "t0"."store_id",
    "t0"."store_name",
    "t0"."chain",
    "t0"."city",
    "t0"."region",
    "t0"."size_sqm"
  FROM "stores" AS "t0"
) AS "t1";
