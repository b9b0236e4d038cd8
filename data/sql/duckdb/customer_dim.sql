CREATE TABLE marts.customer_dim (
  "customer_idx" INT,
  "customer_id" TEXT,
  "customer_name" TEXT,
  "loyalty_tier" TEXT,
  "joined_on" DATE,
  "home_store_id" TEXT
);

INSERT INTO marts.customer_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY "t0"."customer_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS INT) AS "customer_idx",
    "t0"."customer_id",
    "t0"."customer_name",
    "t0"."loyalty_tier",
    "t0"."joined_on",
    "t0"."home_store_id"
  FROM "staging"."customers" AS "t0"
) AS "t1"
ORDER BY
  "t1"."customer_idx" ASC;
