CREATE TABLE month_dim (
  "month_idx" INTEGER,
  "month" DATE
);

INSERT INTO month_dim
SELECT
  CAST("t6"."number" - "t6"."first" AS INTEGER) AS "month_idx",
  FROM_ISO8601_DATE(
    FORMAT(
      '%04d-%02d-%02d',
      CAST(CAST(FLOOR(CAST((
        "t6"."number"
      ) AS DOUBLE) / (
        12
      )) AS BIGINT) AS INTEGER),
      CAST((
        "t6"."number" % 12
      ) + 1 AS INTEGER),
      1
    )
  ) AS "month"
FROM (
  SELECT
    "t5"."first",
    IF(_u.pos = _u_2.pos_2, _u_2."number") AS "number"
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
  CROSS JOIN UNNEST(SEQUENCE(
    1,
    GREATEST(
      CARDINALITY(
        IF(
          NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN((
            "t5"."last" + 1
          ) - "t5"."first"),
          ARRAY_REMOVE(SEQUENCE("t5"."first", "t5"."last" + 1, 1), "t5"."last" + 1),
          ARRAY[]
        )
      )
    )
  )) AS _u(pos)
  CROSS JOIN UNNEST(IF(
    NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN((
      "t5"."last" + 1
    ) - "t5"."first"),
    ARRAY_REMOVE(SEQUENCE("t5"."first", "t5"."last" + 1, 1), "t5"."last" + 1),
    ARRAY[]
  )) WITH ORDINALITY AS _u_2("number", pos_2)
  WHERE
    _u.pos = _u_2.pos_2
    OR (
      _u.pos > CARDINALITY(
        IF(
          NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN((
            "t5"."last" + 1
          ) - "t5"."first"),
          ARRAY_REMOVE(SEQUENCE("t5"."first", "t5"."last" + 1, 1), "t5"."last" + 1),
          ARRAY[]
        )
      )
      AND _u_2.pos_2 = CARDINALITY(
        IF(
          NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN((
            "t5"."last" + 1
          ) - "t5"."first"),
          ARRAY_REMOVE(SEQUENCE("t5"."first", "t5"."last" + 1, 1), "t5"."last" + 1),
          ARRAY[]
        )
      )
    )
) AS "t6";
