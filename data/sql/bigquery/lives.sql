CREATE TABLE lives (
  `store_idx` INT64,
  `product_idx` INT64,
  `first_month` INT64,
  `last_month` INT64,
  `net_cents` INT64
);

INSERT INTO lives
SELECT
  `t0`.`store_idx`,
  `t0`.`product_idx`,
  MIN(
    IF(
      (
        `t0`.`opening_units` > 0
      )
      OR (
        `t0`.`closing_units` > 0
      )
      OR (
        `t0`.`received_units` > 0
      )
      OR (
        (
          `t0`.`units_sold` + `t0`.`returned_units`
        ) > 0
      ),
      `t0`.`month_idx`,
      CAST(NULL AS INT64)
    )
  ) AS `first_month`,
  MAX(
    IF(
      (
        `t0`.`opening_units` > 0
      )
      OR (
        `t0`.`closing_units` > 0
      )
      OR (
        `t0`.`received_units` > 0
      )
      OR (
        (
          `t0`.`units_sold` + `t0`.`returned_units`
        ) > 0
      ),
      `t0`.`month_idx`,
      CAST(NULL AS INT64)
    )
  ) AS `last_month`,
  SUM(`t0`.`net_sales_cents`) AS `net_cents`
FROM `counts` AS `t0`
GROUP BY
  1,
  2;
