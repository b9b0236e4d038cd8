CREATE TABLE line_sizes (
  "quantity" BIGINT,
  "supply" BIGINT,
  "lines" BIGINT
);

INSERT INTO line_sizes
SELECT
  *
FROM (
  SELECT
    "t6"."quantity",
    "t6"."supply",
    COUNT(*) AS "lines"
  FROM (
    SELECT
      "t5"."store_id",
      "t5"."product_id",
      "t5"."quantity",
      "t5"."month",
      "t4"."store_id" AS "store_id_right",
      "t4"."product_id" AS "product_id_right",
      "t4"."month" AS "month_right",
      "t4"."supply"
    FROM (
      SELECT
        "t0"."store_id",
        "t0"."product_id",
        "t0"."quantity",
        CAST(DATE_TRUNC('MONTH', "t0"."sold_at") AS DATE) AS "month"
      FROM "sales" AS "t0"
      WHERE
        "t0"."quantity" > 0
    ) AS "t5"
    LEFT OUTER JOIN (
      SELECT
        "t1"."store_id",
        "t1"."product_id",
        "t1"."month",
        "t1"."opening_units" + "t1"."received_units" AS "supply"
      FROM "inventory" AS "t1"
    ) AS "t4"
      ON "t5"."store_id" = "t4"."store_id"
      AND "t5"."product_id" = "t4"."product_id"
      AND "t5"."month" = "t4"."month"
  ) AS "t6"
  GROUP BY
    1,
    2
) AS "t7";
