CREATE OR REPLACE TEMPORARY VIEW product_dim AS
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY `t0`.`category` ASC NULLS LAST, `t0`.`product_name` ASC NULLS LAST, `t0`.`product_id` ASC NULLS LAST
    ) - 1 AS INT) AS `product_idx`,
    CAST(DENSE_RANK() OVER (ORDER BY `t0`.`category` ASC NULLS LAST) - 1 AS INT) AS `category_idx`,
    `t0`.`product_id`,
    `t0`.`product_name`,
    `t0`.`category`,
    `t0`.`unit_price`,
    `t0`.`unit_cost`,
    `t0`.`lead_time_days`
  FROM `products` AS `t0`
) AS `t1`;
