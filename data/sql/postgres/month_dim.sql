CREATE TEMPORARY TABLE month_dim (
  "month_idx" INT,
  "month" DATE
);

INSERT INTO month_dim
SELECT
  CAST("t6"."number" - "t6"."first" AS INT) AS "month_idx",
  MAKE_DATE(
    CAST(CAST(CAST(FLOOR(CAST((
      "t6"."number"
    ) AS DOUBLE PRECISION) / (
      12
    )) AS BIGINT) AS INT) AS INT),
    CAST(CAST((
      "t6"."number" % 12
    ) + 1 AS INT) AS INT),
    CAST(1 AS INT)
  ) AS "month"
FROM (
  SELECT
    "t5"."first",
    UNNEST(
      CASE
        WHEN NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN((
          "t5"."last" + 1
        ) - "t5"."first")
        THEN ARRAY_REMOVE(
          ARRAY(SELECT
            *
          FROM GENERATE_SERIES("t5"."first", "t5"."last" + 1, 1)),
          "t5"."last" + 1
        )
        ELSE CAST(ARRAY[] AS BIGINT[])
      END
    ) AS "number"
  FROM (
    SELECT
      MIN("t4"."number") AS "first",
      MAX("t4"."number") AS "last"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          (
            (
              EXTRACT(year FROM "t0"."sold_at") * 12
            ) + EXTRACT(month FROM "t0"."sold_at")
          ) - 1 AS "number"
        FROM "sales" AS "t0"
      ) AS "t2"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          (
            (
              EXTRACT(year FROM "t1"."month") * 12
            ) + EXTRACT(month FROM "t1"."month")
          ) - 1 AS "number"
        FROM "inventory" AS "t1"
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
) AS "t6";
