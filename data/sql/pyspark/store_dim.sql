CREATE OR REPLACE TEMPORARY VIEW store_dim AS
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY `t0`.`chain` ASC NULLS LAST, `t0`.`store_name` ASC NULLS LAST, `t0`.`store_id` ASC NULLS LAST
    ) - 1 AS INT) AS `store_idx`,
    CAST(DENSE_RANK() OVER (ORDER BY `t0`.`chain` ASC NULLS LAST) - 1 AS INT) AS `chain_idx`,
    `t0`.`store_id`,
    `t0`.`store_name`,
    `t0`.`chain`,
    `t0`.`city`,
    `t0`.`region`,
    `t0`.`size_sqm`
  FROM `stores` AS `t0`
) AS `t1`;
