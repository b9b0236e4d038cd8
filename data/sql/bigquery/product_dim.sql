CREATE TABLE product_dim (
  `product_idx` INT64,
  `category_idx` INT64,
  `product_id` STRING,
  `product_name` STRING,
  `category` STRING,
  `unit_price` FLOAT64,
  `unit_cost` FLOAT64,
  `lead_time_days` FLOAT64
);

INSERT INTO product_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY `t0`.`category` ASC, `t0`.`product_name` ASC, `t0`.`product_id` ASC) - 1 AS INT64) AS `product_idx`,
    CAST(DENSE_RANK() OVER (ORDER BY `t0`.`category` ASC) - 1 AS INT64) AS `category_idx`,
    `t0`.`product_id`,
    `t0`.`product_name`,
    `t0`.`category`,
    `t0`.`unit_price`,
    `t0`.`unit_cost`,
    `t0`.`lead_time_days`
  FROM `products` AS `t0`
) AS `t1`;
