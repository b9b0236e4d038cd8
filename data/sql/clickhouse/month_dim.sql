CREATE TABLE month_dim (
  "month_idx" Nullable(Int32),
  "month" Nullable(DATE)
) ENGINE = MergeTree ORDER BY tuple();

INSERT INTO month_dim
SELECT
  CAST("t6"."number" - "t6"."first" AS Nullable(Int32)) AS "month_idx",
  toDate(
    CONCAT(
      toString(
        CAST(CAST(FLOOR((
          "t6"."number"
        ) / (
          12
        )) AS Nullable(Int64)) AS Nullable(Int32))
      ),
      '-',
      LPAD(toString(CAST((
        "t6"."number" % 12
      ) + 1 AS Nullable(Int32))), 2, '0'),
      '-',
      LPAD(toString(1), 2, '0')
    )
  ) AS "month"
FROM (
  SELECT
    "t5"."first" AS "first",
    arrayJoin(range("t5"."first", "t5"."last" + 1, 1)) AS "number"
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
              toYear("t0"."sold_at") * 12
            ) + toMonth("t0"."sold_at")
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
              toYear("t1"."month") * 12
            ) + toMonth("t1"."month")
          ) - 1 AS "number"
        FROM "inventory" AS "t1"
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
) AS "t6";
