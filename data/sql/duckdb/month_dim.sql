CREATE TABLE marts.month_dim (
  "month_idx" INT,
  "month" DATE
);

INSERT INTO marts.month_dim
SELECT
  CAST("t6"."number" - "t6"."first" AS INT) AS "month_idx",
  MAKE_DATE(
    CAST(CAST(FLOOR((
      "t6"."number"
    ) / (
      12
    )) AS BIGINT) AS INT),
    CAST((
      "t6"."number" % 12
    ) + 1 AS INT),
    1
  ) AS "month"
FROM (
  SELECT
    "t5"."first",
    UNNEST(RANGE("t5"."first", "t5"."last" + 1, 1)) AS "number"
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
        FROM "staging"."sales" AS "t0"
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
        FROM "staging"."inventory" AS "t1"
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
) AS "t6"
ORDER BY
  CAST("t6"."number" - "t6"."first" AS INT) ASC;
