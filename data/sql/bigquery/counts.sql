CREATE TABLE counts (
  `store_idx` INT64 NOT NULL,
  `product_idx` INT64 NOT NULL,
  `month_idx` INT64 NOT NULL,
  `units_sold` INT64 NOT NULL,
  `returned_units` INT64 NOT NULL,
  `lines` INT64 NOT NULL,
  `sold_lines` INT64 NOT NULL,
  `discounted_lines` INT64 NOT NULL,
  `gross_sales_cents` INT64 NOT NULL,
  `discount_cents` INT64 NOT NULL,
  `net_sales_cents` INT64 NOT NULL,
  `opening_units` INT64 NOT NULL,
  `closing_units` INT64 NOT NULL,
  `received_units` INT64 NOT NULL,
  `shrink_units` INT64 NOT NULL,
  `ledger_rows` INT64 NOT NULL,
  `costed_sales_cents` INT64 NOT NULL,
  `cost_of_sales_cents` INT64 NOT NULL,
  `opening_cost_cents` INT64 NOT NULL,
  `closing_cost_cents` INT64 NOT NULL
);

INSERT INTO counts
SELECT
  `t9`.`store_idx`,
  `t10`.`product_idx`,
  `t5`.`month_idx`,
  `t15`.`units_sold`,
  `t15`.`returned_units`,
  `t15`.`lines`,
  `t15`.`sold_lines`,
  `t15`.`discounted_lines`,
  `t15`.`gross_sales_cents`,
  `t15`.`discount_cents`,
  `t15`.`net_sales_cents`,
  `t15`.`opening_units`,
  `t15`.`closing_units`,
  `t15`.`received_units`,
  `t15`.`shrink_units`,
  `t15`.`ledger_rows`,
  IF(`t10`.`unit_cost` IS NOT NULL, `t15`.`net_sales_cents`, 0) AS `costed_sales_cents`,
  COALESCE(CAST(ROUND(`t15`.`units_sold` * `t10`.`unit_cost` * 100, 0) AS INT64), 0) AS `cost_of_sales_cents`,
  COALESCE(CAST(ROUND(`t15`.`opening_units` * `t10`.`unit_cost` * 100, 0) AS INT64), 0) AS `opening_cost_cents`,
  COALESCE(CAST(ROUND(`t15`.`closing_units` * `t10`.`unit_cost` * 100, 0) AS INT64), 0) AS `closing_cost_cents`
FROM (
  SELECT
    `t13`.`store_id`,
    `t13`.`product_id`,
    `t13`.`month`,
    SUM(`t13`.`units_sold`) AS `units_sold`,
    SUM(`t13`.`returned_units`) AS `returned_units`,
    SUM(`t13`.`lines`) AS `lines`,
    SUM(`t13`.`sold_lines`) AS `sold_lines`,
    SUM(`t13`.`discounted_lines`) AS `discounted_lines`,
    SUM(`t13`.`gross_sales_cents`) AS `gross_sales_cents`,
    SUM(`t13`.`discount_cents`) AS `discount_cents`,
    SUM(`t13`.`net_sales_cents`) AS `net_sales_cents`,
    SUM(`t13`.`opening_units`) AS `opening_units`,
    SUM(`t13`.`closing_units`) AS `closing_units`,
    SUM(`t13`.`received_units`) AS `received_units`,
    SUM(`t13`.`shrink_units`) AS `shrink_units`,
    SUM(`t13`.`ledger_rows`) AS `ledger_rows`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t11`.`store_id`,
        `t11`.`product_id`,
        `t11`.`month`,
        `t11`.`units_sold`,
        `t11`.`returned_units`,
        `t11`.`lines`,
        `t11`.`sold_lines`,
        `t11`.`discounted_lines`,
        `t11`.`gross_sales_cents`,
        `t11`.`discount_cents`,
        `t11`.`net_sales_cents`,
        0 AS `opening_units`,
        0 AS `closing_units`,
        0 AS `received_units`,
        0 AS `shrink_units`,
        0 AS `ledger_rows`
      FROM (
        SELECT
          `t4`.`store_id`,
          `t4`.`product_id`,
          CAST(TIMESTAMP_TRUNC(`t4`.`sold_at`, MONTH) AS DATE) AS `month`,
          SUM(`t4`.`quantity`) AS `units_sold`,
          SUM(IF(`t4`.`quantity` < 0, -(
            `t4`.`quantity`
          ), 0)) AS `returned_units`,
          COUNT(*) AS `lines`,
          SUM(CAST(IF(`t4`.`quantity` > 0, 1, 0) AS INT64)) AS `sold_lines`,
          SUM(
            CAST(IF((
              `t4`.`discount_amount_cents` <> 0
            ) AND (
              `t4`.`quantity` > 0
            ), 1, 0) AS INT64)
          ) AS `discounted_lines`,
          SUM(`t4`.`gross_amount_cents`) AS `gross_sales_cents`,
          SUM(`t4`.`discount_amount_cents`) AS `discount_cents`,
          SUM(`t4`.`net_amount_cents`) AS `net_sales_cents`
        FROM `sales` AS `t4`
        GROUP BY
          1,
          2,
          3
      ) AS `t11`
    ) AS `t12`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t3`.`store_id`,
        `t3`.`product_id`,
        `t3`.`month`,
        0 AS `units_sold`,
        0 AS `returned_units`,
        0 AS `lines`,
        0 AS `sold_lines`,
        0 AS `discounted_lines`,
        0 AS `gross_sales_cents`,
        0 AS `discount_cents`,
        0 AS `net_sales_cents`,
        `t3`.`opening_units`,
        `t3`.`closing_units`,
        `t3`.`received_units`,
        `t3`.`shrink_units`,
        1 AS `ledger_rows`
      FROM `inventory` AS `t3`
    ) AS `t8`
  ) AS `t13`
  GROUP BY
    1,
    2,
    3
) AS `t15`
INNER JOIN (
  SELECT
    `t1`.`store_id`,
    `t1`.`store_idx`
  FROM `store_dim` AS `t1`
) AS `t9`
  ON `t15`.`store_id` = `t9`.`store_id`
INNER JOIN (
  SELECT
    `t2`.`product_id`,
    `t2`.`product_idx`,
    `t2`.`unit_cost`
  FROM `product_dim` AS `t2`
) AS `t10`
  ON `t15`.`product_id` = `t10`.`product_id`
INNER JOIN `month_dim` AS `t5`
  ON `t15`.`month` = `t5`.`month`;
