CREATE TABLE month_dim (
  `month_idx` INT64,
  `month` DATE
);

INSERT INTO month_dim
SELECT
  CAST(`t6`.`number` - `t6`.`first` AS INT64) AS `month_idx`,
  DATE(
    CAST(CAST(FLOOR(ieee_divide(`t6`.`number`, 12)) AS INT64) AS INT64),
    CAST((
      MOD(`t6`.`number`, 12)
    ) + 1 AS INT64),
    1
  ) AS `month`
FROM (
  SELECT
    `t5`.`first`,
    IF(pos = pos_2, `number`, NULL) AS `number`
  FROM (
    SELECT
      MIN(`t4`.`number`) AS `first`,
      MAX(`t4`.`number`) AS `last`
    FROM (
      SELECT
        *
      FROM (
        SELECT
          (
            (
              EXTRACT(year FROM `t0`.`sold_at`) * 12
            ) + EXTRACT(month FROM `t0`.`sold_at`)
          ) - 1 AS `number`
        FROM `sales` AS `t0`
      ) AS `t2`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          (
            (
              EXTRACT(year FROM `t1`.`month`) * 12
            ) + EXTRACT(month FROM `t1`.`month`)
          ) - 1 AS `number`
        FROM `inventory` AS `t1`
      ) AS `t3`
    ) AS `t4`
  ) AS `t5`
  CROSS JOIN UNNEST(GENERATE_ARRAY(
    0,
    GREATEST(
      ARRAY_LENGTH(
        IF(
          NOT NULLIF(1, 0) IS NULL AND SIGN(1) = SIGN((
            `t5`.`last` + 1
          ) - `t5`.`first`),
          ARRAY(
            SELECT
              ibis_0
            FROM UNNEST(GENERATE_ARRAY(`t5`.`first`, `t5`.`last` + 1, 1)) AS ibis_0
            WHERE
              ibis_0 <> (
                `t5`.`last` + 1
              )
          ),
          []
        )
      )
    ) - 1
  )) AS pos
  CROSS JOIN UNNEST(IF(
    NOT NULLIF(1, 0) IS NULL AND SIGN(1) = SIGN((
      `t5`.`last` + 1
    ) - `t5`.`first`),
    ARRAY(
      SELECT
        ibis_0
      FROM UNNEST(GENERATE_ARRAY(`t5`.`first`, `t5`.`last` + 1, 1)) AS ibis_0
      WHERE
        ibis_0 <> (
          `t5`.`last` + 1
        )
    ),
    []
  )) AS `number` WITH OFFSET AS pos_2
  WHERE
    pos = pos_2
    OR (
      pos > (
        ARRAY_LENGTH(
          IF(
            NOT NULLIF(1, 0) IS NULL AND SIGN(1) = SIGN((
              `t5`.`last` + 1
            ) - `t5`.`first`),
            ARRAY(
              SELECT
                ibis_0
              FROM UNNEST(GENERATE_ARRAY(`t5`.`first`, `t5`.`last` + 1, 1)) AS ibis_0
              WHERE
                ibis_0 <> (
                  `t5`.`last` + 1
                )
            ),
            []
          )
        ) - 1
      )
      AND pos_2 = (
        ARRAY_LENGTH(
          IF(
            NOT NULLIF(1, 0) IS NULL AND SIGN(1) = SIGN((
              `t5`.`last` + 1
            ) - `t5`.`first`),
            ARRAY(
              SELECT
                ibis_0
              FROM UNNEST(GENERATE_ARRAY(`t5`.`first`, `t5`.`last` + 1, 1)) AS ibis_0
              WHERE
                ibis_0 <> (
                  `t5`.`last` + 1
                )
            ),
            []
          )
        ) - 1
      )
    )
) AS `t6`;
