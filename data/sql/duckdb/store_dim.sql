CREATE TABLE marts.store_dim (
  "store_idx" INT,
  "chain_idx" INT,
  "store_id" TEXT,
  "store_name" TEXT,
  "chain" TEXT,
  "city" TEXT,
  "region" TEXT,
  "size_sqm" DOUBLE
);

INSERT INTO marts.store_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY "t0"."chain" ASC, "t0"."store_name" ASC, "t0"."store_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS INT) AS "store_idx",
    CAST(DENSE_RANK() OVER (
      ORDER BY "t0"."chain" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS INT) AS "chain_idx",
    "t0"."store_id",
    "t0"."store_name",
    "t0"."chain",
    "t0"."city",
    "t0"."region",
    "t0"."size_sqm"
  FROM "staging"."stores" AS "t0"
) AS "t1"
ORDER BY
  "t1"."store_idx" ASC;
