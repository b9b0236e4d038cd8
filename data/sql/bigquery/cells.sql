CREATE TABLE cells (
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
  `costed_sales_cents` INT64 NOT NULL,
  `cost_of_sales_cents` INT64 NOT NULL,
  `opening_units` INT64 NOT NULL,
  `closing_units` INT64 NOT NULL,
  `received_units` INT64 NOT NULL,
  `shrink_units` INT64 NOT NULL,
  `opening_cost_cents` INT64 NOT NULL,
  `closing_cost_cents` INT64 NOT NULL,
  `ledger_rows` INT64 NOT NULL,
  `ranged_months` INT64 NOT NULL,
  `stockout_months` INT64 NOT NULL,
  `ranged_weight_cents` INT64 NOT NULL,
  `stockout_weight_cents` INT64 NOT NULL
);

INSERT INTO cells
SELECT
  `t13`.`store_idx`,
  `t13`.`product_idx`,
  `t13`.`month_idx`,
  `t13`.`units_sold`,
  `t13`.`returned_units`,
  `t13`.`lines`,
  `t13`.`sold_lines`,
  `t13`.`discounted_lines`,
  `t13`.`gross_sales_cents`,
  `t13`.`discount_cents`,
  `t13`.`net_sales_cents`,
  `t13`.`costed_sales_cents`,
  `t13`.`cost_of_sales_cents`,
  `t13`.`opening_units`,
  `t13`.`closing_units`,
  `t13`.`received_units`,
  `t13`.`shrink_units`,
  `t13`.`opening_cost_cents`,
  `t13`.`closing_cost_cents`,
  `t13`.`ledger_rows`,
  `t13`.`ranged_months`,
  `t13`.`ranged_months` * CAST(IF(`t13`.`closing_units` = 0, 1, 0) AS INT64) AS `stockout_months`,
  IF(
    `t13`.`ranged_months` = 1,
    CAST(ROUND(ieee_divide(GREATEST(`t13`.`net_cents`, 0), `t13`.`months`), 0) AS INT64),
    0
  ) AS `ranged_weight_cents`,
  IF(
    `t13`.`ranged_months` = 1,
    CAST(ROUND(ieee_divide(GREATEST(`t13`.`net_cents`, 0), `t13`.`months`), 0) AS INT64),
    0
  ) * (
    `t13`.`ranged_months` * CAST(IF(`t13`.`closing_units` = 0, 1, 0) AS INT64)
  ) AS `stockout_weight_cents`
FROM (
  SELECT
    `t9`.`store_idx`,
    `t9`.`product_idx`,
    `t9`.`month_idx`,
    `t9`.`units_sold`,
    `t9`.`returned_units`,
    `t9`.`lines`,
    `t9`.`sold_lines`,
    `t9`.`discounted_lines`,
    `t9`.`gross_sales_cents`,
    `t9`.`discount_cents`,
    `t9`.`net_sales_cents`,
    `t9`.`opening_units`,
    `t9`.`closing_units`,
    `t9`.`received_units`,
    `t9`.`shrink_units`,
    `t9`.`ledger_rows`,
    `t9`.`costed_sales_cents`,
    `t9`.`cost_of_sales_cents`,
    `t9`.`opening_cost_cents`,
    `t9`.`closing_cost_cents`,
    `t9`.`first_month`,
    `t9`.`last_month`,
    `t9`.`net_cents`,
    `t9`.`ranged_months`,
    `t12`.`months`
  FROM (
    SELECT
      `t6`.`store_idx`,
      `t6`.`product_idx`,
      `t6`.`month_idx`,
      `t6`.`units_sold`,
      `t6`.`returned_units`,
      `t6`.`lines`,
      `t6`.`sold_lines`,
      `t6`.`discounted_lines`,
      `t6`.`gross_sales_cents`,
      `t6`.`discount_cents`,
      `t6`.`net_sales_cents`,
      `t6`.`opening_units`,
      `t6`.`closing_units`,
      `t6`.`received_units`,
      `t6`.`shrink_units`,
      `t6`.`ledger_rows`,
      `t6`.`costed_sales_cents`,
      `t6`.`cost_of_sales_cents`,
      `t6`.`opening_cost_cents`,
      `t6`.`closing_cost_cents`,
      `t6`.`first_month`,
      `t6`.`last_month`,
      `t6`.`net_cents`,
      CAST(IF(
        (
          `t6`.`ledger_rows` > 0
        )
        AND (
          (
            `t6`.`month_idx` >= `t6`.`first_month`
          )
          AND (
            `t6`.`month_idx` <= (
              `t6`.`last_month` + 3
            )
          )
        ),
        1,
        0
      ) AS INT64) AS `ranged_months`
    FROM (
      SELECT
        `t2`.`store_idx`,
        `t2`.`product_idx`,
        `t2`.`month_idx`,
        `t2`.`units_sold`,
        `t2`.`returned_units`,
        `t2`.`lines`,
        `t2`.`sold_lines`,
        `t2`.`discounted_lines`,
        `t2`.`gross_sales_cents`,
        `t2`.`discount_cents`,
        `t2`.`net_sales_cents`,
        `t2`.`opening_units`,
        `t2`.`closing_units`,
        `t2`.`received_units`,
        `t2`.`shrink_units`,
        `t2`.`ledger_rows`,
        `t2`.`costed_sales_cents`,
        `t2`.`cost_of_sales_cents`,
        `t2`.`opening_cost_cents`,
        `t2`.`closing_cost_cents`,
        `t3`.`first_month`,
        `t3`.`last_month`,
        `t3`.`net_cents`
      FROM `counts` AS `t2`
      INNER JOIN `lives` AS `t3`
        ON `t2`.`store_idx` = `t3`.`store_idx` AND `t2`.`product_idx` = `t3`.`product_idx`
    ) AS `t6`
  ) AS `t9`
  INNER JOIN (
    SELECT
      `t10`.`store_idx`,
      `t10`.`product_idx`,
      SUM(`t10`.`ranged_months`) AS `months`
    FROM (
      SELECT
        `t7`.`store_idx`,
        `t7`.`product_idx`,
        `t7`.`month_idx`,
        `t7`.`ledger_rows`,
        `t7`.`first_month`,
        `t7`.`last_month`,
        `t7`.`net_cents`,
        CAST(IF(
          (
            `t7`.`ledger_rows` > 0
          )
          AND (
            (
              `t7`.`month_idx` >= `t7`.`first_month`
            )
            AND (
              `t7`.`month_idx` <= (
                `t7`.`last_month` + 3
              )
            )
          ),
          1,
          0
        ) AS INT64) AS `ranged_months`
      FROM (
        SELECT
          `t5`.`store_idx`,
          `t5`.`product_idx`,
          `t5`.`month_idx`,
          `t5`.`ledger_rows`,
          `t3`.`first_month`,
          `t3`.`last_month`,
          `t3`.`net_cents`
        FROM (
          SELECT
            `t0`.`store_idx`,
            `t0`.`product_idx`,
            `t0`.`month_idx`,
            `t0`.`ledger_rows`
          FROM `counts` AS `t0`
        ) AS `t5`
        INNER JOIN `lives` AS `t3`
          ON `t5`.`store_idx` = `t3`.`store_idx` AND `t5`.`product_idx` = `t3`.`product_idx`
      ) AS `t7`
    ) AS `t10`
    GROUP BY
      1,
      2
  ) AS `t12`
    ON `t9`.`store_idx` = `t12`.`store_idx` AND `t9`.`product_idx` = `t12`.`product_idx`
) AS `t13`;
