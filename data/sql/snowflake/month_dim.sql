CREATE TABLE month_dim (
  "month_idx" INT,
  "month" DATE
);

INSERT INTO month_dim
SELECT
  CAST("t6"."number" - "t6"."first" AS INT) AS "month_idx",
  DATE_FROM_PARTS(
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
    CAST(NULLIF(IFF(_u.pos = _u_2.pos_2, _u_2."number", NULL), '') AS BIGINT) AS "number"
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
              DATE_PART(year, "t0"."sold_at") * 12
            ) + DATE_PART(month, "t0"."sold_at")
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
              DATE_PART(year, "t1"."month") * 12
            ) + DATE_PART(month, "t1"."month")
          ) - 1 AS "number"
        FROM "inventory" AS "t1"
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
  CROSS JOIN TABLE(FLATTEN(INPUT => ARRAY_GENERATE_RANGE(
    0,
    (
      GREATEST(
        ARRAY_SIZE(
          SPLIT(
            ARRAY_TO_STRING(
              NULLIF(IFF(1 <> 0, ARRAY_GENERATE_RANGE("t5"."first", "t5"."last" + 1, 1), []), []),
              'ibis_0'
            ),
            'ibis_0'
          )
        )
      ) - 1
    ) + 1
  ))) AS _u(seq, key, path, index, pos, this)
  CROSS JOIN TABLE(FLATTEN(INPUT => SPLIT(
    ARRAY_TO_STRING(
      NULLIF(IFF(1 <> 0, ARRAY_GENERATE_RANGE("t5"."first", "t5"."last" + 1, 1), []), []),
      'ibis_0'
    ),
    'ibis_0'
  ))) AS _u_2(seq, key, path, pos_2, "number", this)
  WHERE
    _u.pos = _u_2.pos_2
    OR (
      _u.pos > (
        ARRAY_SIZE(
          SPLIT(
            ARRAY_TO_STRING(
              NULLIF(IFF(1 <> 0, ARRAY_GENERATE_RANGE("t5"."first", "t5"."last" + 1, 1), []), []),
              'ibis_0'
            ),
            'ibis_0'
          )
        ) - 1
      )
      AND _u_2.pos_2 = (
        ARRAY_SIZE(
          SPLIT(
            ARRAY_TO_STRING(
              NULLIF(IFF(1 <> 0, ARRAY_GENERATE_RANGE("t5"."first", "t5"."last" + 1, 1), []), []),
              'ibis_0'
            ),
            'ibis_0'
          )
        ) - 1
      )
    )
) AS "t6";
