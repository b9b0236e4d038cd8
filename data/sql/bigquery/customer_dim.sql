CREATE TABLE customer_dim (
  `customer_idx` INT64,
  `customer_id` STRING,
  `customer_name` STRING,
  `loyalty_tier` STRING,
  `joined_on` DATE,
  `home_store_id` STRING
);

INSERT INTO customer_dim
SELECT
  *
FROM (
  SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY `t0`.`customer_id` ASC) - 1 AS INT64) AS `customer_idx`,
    `t0`.`customer_id`,
    `t0`.`customer_name`,
    `t0`.`loyalty_tier`,
    `t0`.`joined_on`,
    `t0`.`home_store_id`
  FROM `customers` AS `t0`
) AS `t1`;
