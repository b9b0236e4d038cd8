CREATE TEMPORARY TABLE store_dim (
  "store_idx" INT,
  "chain_idx" INT,
  "store_id" VARCHAR COLLATE "C",
  "store_name" VARCHAR COLLATE "C",
  "chain" VARCHAR COLLATE "C",
  "city" VARCHAR COLLATE "C",
  "region" VARCHAR COLLATE "C",
  "size_sqm" DOUBLE PRECISION
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
