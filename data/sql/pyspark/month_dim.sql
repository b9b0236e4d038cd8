CREATE OR REPLACE TEMPORARY VIEW month_dim AS
SELECT
  CAST(`t6`.`number` - `t6`.`first` AS INT) AS `month_idx`,
  MAKE_DATE(
    CAST(CAST(FLOOR((
      `t6`.`number`
    ) / (
      12
    )) AS BIGINT) AS INT),
    CAST((
      `t6`.`number` % 12
    ) + 1 AS INT),
    1
  ) AS `month`
FROM (
  SELECT
    `t5`.`first`,
    EXPLODE(
      IF(
        (
          1 <> 0
        ) AND (
          SIGN(1) = SIGN((
            `t5`.`last` + 1
          ) - `t5`.`first`)
        ),
        IF(
          ELEMENT_AT(
            SEQUENCE(`t5`.`first`, `t5`.`last` + 1, 1),
            SIZE(SEQUENCE(`t5`.`first`, `t5`.`last` + 1, 1))
          ) = (
            `t5`.`last` + 1
          ),
          SLICE(
            SEQUENCE(`t5`.`first`, `t5`.`last` + 1, 1),
            1,
            SIZE(SEQUENCE(`t5`.`first`, `t5`.`last` + 1, 1)) - 1
          ),
          SEQUENCE(`t5`.`first`, `t5`.`last` + 1, 1)
        ),
        ARRAY()
      )
    ) AS `number`
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
) AS `t6`;
