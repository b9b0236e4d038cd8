CREATE TEMPORARY VIEW typed_stores AS
SELECT
  CASE
    WHEN OCTET_LENGTH(store_id) <= 32768
    AND NOT (
      REPLACE(store_id, '__', '') <> store_id
      AND REPLACE(LOWER(store_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(store_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM store_id), '')
  END AS store_id,
  CASE
    WHEN OCTET_LENGTH(store_name) <= 32768
    AND NOT (
      REPLACE(store_name, '__', '') <> store_name
      AND REPLACE(LOWER(store_name COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(store_name COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM store_name), '')
  END AS store_name,
  CASE
    WHEN OCTET_LENGTH(chain) <= 32768
    AND NOT (
      REPLACE(chain, '__', '') <> chain
      AND REPLACE(LOWER(chain COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(chain COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM chain), '')
  END AS chain,
  CASE
    WHEN OCTET_LENGTH(city) <= 32768
    AND NOT (
      REPLACE(city, '__', '') <> city
      AND REPLACE(LOWER(city COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(city COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM city), '')
  END AS city,
  CASE
    WHEN OCTET_LENGTH(region) <= 32768
    AND NOT (
      REPLACE(region, '__', '') <> region
      AND REPLACE(LOWER(region COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(region COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM region), '')
  END AS region,
  CASE WHEN ABS(size_sqm) < 1e+300 THEN size_sqm END AS size_sqm,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM store_name), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(store_name) <= 32768
    AND NOT (
      REPLACE(store_name, '__', '') <> store_name
      AND REPLACE(LOWER(store_name COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(store_name COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM store_name), '')
  END IS NULL AS unread_store_name,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM chain), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(chain) <= 32768
    AND NOT (
      REPLACE(chain, '__', '') <> chain
      AND REPLACE(LOWER(chain COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(chain COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM chain), '')
  END IS NULL AS unread_chain,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM city), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(city) <= 32768
    AND NOT (
      REPLACE(city, '__', '') <> city
      AND REPLACE(LOWER(city COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(city COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM city), '')
  END IS NULL AS unread_city,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM region), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(region) <= 32768
    AND NOT (
      REPLACE(region, '__', '') <> region
      AND REPLACE(LOWER(region COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(region COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM region), '')
  END IS NULL AS unread_region,
  COALESCE(NOT size_sqm IS NULL, FALSE)
  AND CASE WHEN ABS(size_sqm) < 1e+300 THEN size_sqm END IS NULL AS unread_size_sqm
FROM given_stores;

CREATE TEMPORARY TABLE filled_stores AS
SELECT
  *,
  COALESCE(store_id IS NULL, FALSE) AS aside
FROM (
  SELECT
    store_id AS store_id,
    COALESCE(store_name, store_id) AS store_name,
    COALESCE(chain, '(no chain)') AS chain,
    COALESCE(city, '') AS city,
    COALESCE(region, '') AS region,
    size_sqm AS size_sqm,
    NOT store_name IS NULL AS given_store_name,
    NOT chain IS NULL AS given_chain,
    NOT city IS NULL AS given_city,
    NOT region IS NULL AS given_region
  FROM (
    SELECT
      store_id AS store_id,
      store_name AS store_name,
      chain AS chain,
      city AS city,
      region AS region,
      CASE WHEN (
        size_sqm < 1 OR size_sqm > 1000000
      ) THEN NULL ELSE size_sqm END AS size_sqm
    FROM typed_stores
  ) AS repaired
) AS filled;

CREATE TEMPORARY TABLE doubled_stores AS
SELECT
  *,
  ROW_NUMBER() OVER (
    PARTITION BY store_id, copy = 1
    ORDER BY store_name DESC NULLS LAST, chain DESC NULLS LAST, city DESC NULLS LAST, region DESC NULLS LAST, size_sqm DESC NULLS LAST
  ) AS version
FROM (
  SELECT
    rows_of_all.store_id,
    rows_of_all.store_name,
    rows_of_all.chain,
    rows_of_all.city,
    rows_of_all.region,
    rows_of_all.size_sqm,
    given_store_name,
    given_chain,
    given_city,
    given_region,
    ROW_NUMBER() OVER (
      PARTITION BY rows_of_all.store_id, rows_of_all.store_name, rows_of_all.chain, rows_of_all.city, rows_of_all.region, rows_of_all.size_sqm
      ORDER BY rows_of_all.store_id, rows_of_all.store_name, rows_of_all.chain, rows_of_all.city, rows_of_all.region, rows_of_all.size_sqm
    ) AS copy
  FROM filled_stores AS rows_of_all
  JOIN (
    SELECT
      store_id
    FROM filled_stores
    WHERE
      NOT aside
    GROUP BY
      store_id
    HAVING
      COUNT(*) > 1
  ) AS twins
    ON rows_of_all.store_id = twins.store_id
  WHERE
    NOT aside
) AS copies;

CREATE TEMPORARY VIEW kept_stores AS
SELECT
  single.store_id,
  single.store_name,
  single.chain,
  single.city,
  single.region,
  single.size_sqm,
  single.given_store_name,
  single.given_chain,
  single.given_city,
  single.given_region
FROM filled_stores AS single
LEFT JOIN (
  SELECT DISTINCT
    store_id
  FROM doubled_stores
) AS twins
  ON single.store_id = twins.store_id
WHERE
  NOT single.aside AND twins.store_id IS NULL
UNION ALL
SELECT
  store_id,
  store_name,
  chain,
  city,
  region,
  size_sqm,
  given_store_name,
  given_chain,
  given_city,
  given_region
FROM doubled_stores
WHERE
  copy = 1 AND version = 1;

CREATE TEMPORARY VIEW typed_products AS
SELECT
  CASE
    WHEN OCTET_LENGTH(product_id) <= 32768
    AND NOT (
      REPLACE(product_id, '__', '') <> product_id
      AND REPLACE(LOWER(product_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(product_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM product_id), '')
  END AS product_id,
  CASE
    WHEN OCTET_LENGTH(product_name) <= 32768
    AND NOT (
      REPLACE(product_name, '__', '') <> product_name
      AND REPLACE(LOWER(product_name COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(product_name COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM product_name),
      ''
    )
  END AS product_name,
  CASE
    WHEN OCTET_LENGTH(category) <= 32768
    AND NOT (
      REPLACE(category, '__', '') <> category
      AND REPLACE(LOWER(category COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(category COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM category), '')
  END AS category,
  CASE WHEN ABS(unit_price) < 1e+300 THEN unit_price END AS unit_price,
  CASE WHEN ABS(unit_cost) < 1e+300 THEN unit_cost END AS unit_cost,
  CASE WHEN ABS(lead_time_days) < 1e+300 THEN lead_time_days END AS lead_time_days,
  COALESCE(
    NOT NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM product_name),
      ''
    ) IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(product_name) <= 32768
    AND NOT (
      REPLACE(product_name, '__', '') <> product_name
      AND REPLACE(LOWER(product_name COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(product_name COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM product_name),
      ''
    )
  END IS NULL AS unread_product_name,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM category), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(category) <= 32768
    AND NOT (
      REPLACE(category, '__', '') <> category
      AND REPLACE(LOWER(category COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(category COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM category), '')
  END IS NULL AS unread_category,
  COALESCE(NOT unit_price IS NULL, FALSE)
  AND CASE WHEN ABS(unit_price) < 1e+300 THEN unit_price END IS NULL AS unread_unit_price,
  COALESCE(NOT unit_cost IS NULL, FALSE)
  AND CASE WHEN ABS(unit_cost) < 1e+300 THEN unit_cost END IS NULL AS unread_unit_cost,
  COALESCE(NOT lead_time_days IS NULL, FALSE)
  AND CASE WHEN ABS(lead_time_days) < 1e+300 THEN lead_time_days END IS NULL AS unread_lead_time_days
FROM given_products;

CREATE TEMPORARY TABLE filled_products AS
SELECT
  *,
  COALESCE(product_id IS NULL, FALSE) AS aside
FROM (
  SELECT
    product_id AS product_id,
    COALESCE(product_name, product_id) AS product_name,
    COALESCE(category, '(no category)') AS category,
    unit_price AS unit_price,
    unit_cost AS unit_cost,
    lead_time_days AS lead_time_days,
    NOT product_name IS NULL AS given_product_name,
    NOT category IS NULL AS given_category
  FROM (
    SELECT
      product_id AS product_id,
      product_name AS product_name,
      category AS category,
      CASE
        WHEN (
          unit_price < 0 OR unit_price > 1000000.0
        )
        THEN NULL
        ELSE unit_price
      END AS unit_price,
      CASE WHEN (
        unit_cost < 0 OR unit_cost > 1000000.0
      ) THEN NULL ELSE unit_cost END AS unit_cost,
      CASE
        WHEN (
          lead_time_days < 0 OR lead_time_days > 730
        )
        THEN NULL
        ELSE lead_time_days
      END AS lead_time_days
    FROM typed_products
  ) AS repaired
) AS filled;

CREATE TEMPORARY TABLE doubled_products AS
SELECT
  *,
  ROW_NUMBER() OVER (
    PARTITION BY product_id, copy = 1
    ORDER BY product_name DESC NULLS LAST, category DESC NULLS LAST, unit_price DESC NULLS LAST, unit_cost DESC NULLS LAST, lead_time_days DESC NULLS LAST
  ) AS version
FROM (
  SELECT
    rows_of_all.product_id,
    rows_of_all.product_name,
    rows_of_all.category,
    rows_of_all.unit_price,
    rows_of_all.unit_cost,
    rows_of_all.lead_time_days,
    given_product_name,
    given_category,
    ROW_NUMBER() OVER (
      PARTITION BY rows_of_all.product_id, rows_of_all.product_name, rows_of_all.category, rows_of_all.unit_price, rows_of_all.unit_cost, rows_of_all.lead_time_days
      ORDER BY rows_of_all.product_id, rows_of_all.product_name, rows_of_all.category, rows_of_all.unit_price, rows_of_all.unit_cost, rows_of_all.lead_time_days
    ) AS copy
  FROM filled_products AS rows_of_all
  JOIN (
    SELECT
      product_id
    FROM filled_products
    WHERE
      NOT aside
    GROUP BY
      product_id
    HAVING
      COUNT(*) > 1
  ) AS twins
    ON rows_of_all.product_id = twins.product_id
  WHERE
    NOT aside
) AS copies;

CREATE TEMPORARY VIEW kept_products AS
SELECT
  single.product_id,
  single.product_name,
  single.category,
  single.unit_price,
  single.unit_cost,
  single.lead_time_days,
  single.given_product_name,
  single.given_category
FROM filled_products AS single
LEFT JOIN (
  SELECT DISTINCT
    product_id
  FROM doubled_products
) AS twins
  ON single.product_id = twins.product_id
WHERE
  NOT single.aside AND twins.product_id IS NULL
UNION ALL
SELECT
  product_id,
  product_name,
  category,
  unit_price,
  unit_cost,
  lead_time_days,
  given_product_name,
  given_category
FROM doubled_products
WHERE
  copy = 1 AND version = 1;

CREATE TEMPORARY VIEW typed_customers AS
SELECT
  CASE
    WHEN OCTET_LENGTH(customer_id) <= 32768
    AND NOT (
      REPLACE(customer_id, '__', '') <> customer_id
      AND REPLACE(LOWER(customer_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(customer_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_id), '')
  END AS customer_id,
  CASE
    WHEN OCTET_LENGTH(customer_name) <= 32768
    AND NOT (
      REPLACE(customer_name, '__', '') <> customer_name
      AND REPLACE(LOWER(customer_name COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(customer_name COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_name),
      ''
    )
  END AS customer_name,
  CASE
    WHEN OCTET_LENGTH(loyalty_tier) <= 32768
    AND NOT (
      REPLACE(loyalty_tier, '__', '') <> loyalty_tier
      AND REPLACE(LOWER(loyalty_tier COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(loyalty_tier COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM loyalty_tier),
      ''
    )
  END AS loyalty_tier,
  CAST(joined_on AS DATE) AS joined_on,
  CASE
    WHEN OCTET_LENGTH(home_store_id) <= 32768
    AND NOT (
      REPLACE(home_store_id, '__', '') <> home_store_id
      AND REPLACE(LOWER(home_store_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(home_store_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM home_store_id),
      ''
    )
  END AS home_store_id,
  COALESCE(
    NOT NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_name),
      ''
    ) IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(customer_name) <= 32768
    AND NOT (
      REPLACE(customer_name, '__', '') <> customer_name
      AND REPLACE(LOWER(customer_name COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(customer_name COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_name),
      ''
    )
  END IS NULL AS unread_customer_name,
  COALESCE(
    NOT NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM loyalty_tier),
      ''
    ) IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(loyalty_tier) <= 32768
    AND NOT (
      REPLACE(loyalty_tier, '__', '') <> loyalty_tier
      AND REPLACE(LOWER(loyalty_tier COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(loyalty_tier COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM loyalty_tier),
      ''
    )
  END IS NULL AS unread_loyalty_tier,
  COALESCE(
    NOT NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM home_store_id),
      ''
    ) IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(home_store_id) <= 32768
    AND NOT (
      REPLACE(home_store_id, '__', '') <> home_store_id
      AND REPLACE(LOWER(home_store_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(home_store_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM home_store_id),
      ''
    )
  END IS NULL AS unread_home_store_id
FROM given_customers;

CREATE TEMPORARY TABLE filled_customers AS
SELECT
  *,
  COALESCE(customer_id IS NULL, FALSE) AS aside
FROM (
  SELECT
    customer_id AS customer_id,
    COALESCE(customer_name, customer_id) AS customer_name,
    COALESCE(loyalty_tier, '(no tier)') AS loyalty_tier,
    joined_on AS joined_on,
    home_store_id AS home_store_id,
    NOT customer_name IS NULL AS given_customer_name,
    NOT loyalty_tier IS NULL AS given_loyalty_tier
  FROM (
    SELECT
      customer_id AS customer_id,
      customer_name AS customer_name,
      loyalty_tier AS loyalty_tier,
      CASE
        WHEN (
          joined_on < CAST('1990-01-01' AS DATE) OR joined_on >= CURRENT_DATE + 1 + 1
        )
        THEN NULL
        ELSE joined_on
      END AS joined_on,
      home_store_id AS home_store_id
    FROM typed_customers
  ) AS repaired
) AS filled;

CREATE TEMPORARY TABLE doubled_customers AS
SELECT
  *,
  ROW_NUMBER() OVER (
    PARTITION BY customer_id, copy = 1
    ORDER BY joined_on DESC NULLS LAST, customer_name DESC NULLS LAST, loyalty_tier DESC NULLS LAST, home_store_id DESC NULLS LAST
  ) AS version
FROM (
  SELECT
    rows_of_all.customer_id,
    rows_of_all.customer_name,
    rows_of_all.loyalty_tier,
    rows_of_all.joined_on,
    rows_of_all.home_store_id,
    given_customer_name,
    given_loyalty_tier,
    ROW_NUMBER() OVER (
      PARTITION BY rows_of_all.customer_id, rows_of_all.customer_name, rows_of_all.loyalty_tier, rows_of_all.joined_on, rows_of_all.home_store_id
      ORDER BY rows_of_all.customer_id, rows_of_all.customer_name, rows_of_all.loyalty_tier, rows_of_all.joined_on, rows_of_all.home_store_id
    ) AS copy
  FROM filled_customers AS rows_of_all
  JOIN (
    SELECT
      customer_id
    FROM filled_customers
    WHERE
      NOT aside
    GROUP BY
      customer_id
    HAVING
      COUNT(*) > 1
  ) AS twins
    ON rows_of_all.customer_id = twins.customer_id
  WHERE
    NOT aside
) AS copies;

CREATE TEMPORARY VIEW kept_customers AS
SELECT
  single.customer_id,
  single.customer_name,
  single.loyalty_tier,
  single.joined_on,
  single.home_store_id,
  single.given_customer_name,
  single.given_loyalty_tier
FROM filled_customers AS single
LEFT JOIN (
  SELECT DISTINCT
    customer_id
  FROM doubled_customers
) AS twins
  ON single.customer_id = twins.customer_id
WHERE
  NOT single.aside AND twins.customer_id IS NULL
UNION ALL
SELECT
  customer_id,
  customer_name,
  loyalty_tier,
  joined_on,
  home_store_id,
  given_customer_name,
  given_loyalty_tier
FROM doubled_customers
WHERE
  copy = 1 AND version = 1;

CREATE TEMPORARY VIEW typed_sales AS
SELECT
  CASE
    WHEN OCTET_LENGTH(line_id) <= 32768
    AND NOT (
      REPLACE(line_id, '__', '') <> line_id
      AND REPLACE(LOWER(line_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(line_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM line_id), '')
  END AS line_id,
  CASE
    WHEN OCTET_LENGTH(transaction_id) <= 32768
    AND NOT (
      REPLACE(transaction_id, '__', '') <> transaction_id
      AND REPLACE(LOWER(transaction_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(transaction_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(
      TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM transaction_id),
      ''
    )
  END AS transaction_id,
  sold_at AS sold_at,
  CASE
    WHEN OCTET_LENGTH(store_id) <= 32768
    AND NOT (
      REPLACE(store_id, '__', '') <> store_id
      AND REPLACE(LOWER(store_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(store_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM store_id), '')
  END AS store_id,
  CASE
    WHEN OCTET_LENGTH(product_id) <= 32768
    AND NOT (
      REPLACE(product_id, '__', '') <> product_id
      AND REPLACE(LOWER(product_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(product_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM product_id), '')
  END AS product_id,
  CASE
    WHEN OCTET_LENGTH(customer_id) <= 32768
    AND NOT (
      REPLACE(customer_id, '__', '') <> customer_id
      AND REPLACE(LOWER(customer_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(customer_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_id), '')
  END AS customer_id,
  CASE
    WHEN quantity = FLOOR(quantity) AND ABS(quantity) < 1000000000000000
    THEN CAST(quantity AS BIGINT)
  END AS quantity,
  CASE WHEN ABS(unit_price) < 1e+300 THEN unit_price END AS unit_price,
  CASE WHEN ABS(discount_amount) < 1e+300 THEN discount_amount END AS discount_amount,
  CASE WHEN ABS(net_amount) < 1e+300 THEN net_amount END AS net_amount,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM line_id), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(line_id) <= 32768
    AND NOT (
      REPLACE(line_id, '__', '') <> line_id
      AND REPLACE(LOWER(line_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(line_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM line_id), '')
  END IS NULL AS unread_line_id,
  COALESCE(
    NOT NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_id), '') IS NULL,
    FALSE
  )
  AND CASE
    WHEN OCTET_LENGTH(customer_id) <= 32768
    AND NOT (
      REPLACE(customer_id, '__', '') <> customer_id
      AND REPLACE(LOWER(customer_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(customer_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM customer_id), '')
  END IS NULL AS unread_customer_id,
  COALESCE(NOT discount_amount IS NULL, FALSE)
  AND CASE WHEN ABS(discount_amount) < 1e+300 THEN discount_amount END IS NULL AS unread_discount_amount,
  COALESCE(NOT net_amount IS NULL, FALSE)
  AND CASE WHEN ABS(net_amount) < 1e+300 THEN net_amount END IS NULL AS unread_net_amount
FROM given_sales;

CREATE TEMPORARY TABLE filled_sales AS
SELECT
  *,
  COALESCE(transaction_id IS NULL, FALSE)
  OR COALESCE(sold_at IS NULL, FALSE)
  OR COALESCE(
    (
      sold_at < CAST('1990-01-01' AS DATE) OR sold_at >= CURRENT_DATE + 1 + 1
    ),
    FALSE
  )
  OR COALESCE(store_id IS NULL, FALSE)
  OR COALESCE(product_id IS NULL, FALSE)
  OR COALESCE(quantity IS NULL, FALSE)
  OR COALESCE(quantity = 0, FALSE)
  OR COALESCE((
    quantity < -100000 OR quantity > 100000
  ), FALSE)
  OR COALESCE(unit_price IS NULL, FALSE)
  OR COALESCE((
    unit_price < 0 OR unit_price > 1000000.0
  ), FALSE)
  OR COALESCE((
    discount_amount < -10000000.0 OR discount_amount > 10000000.0
  ), FALSE)
  OR COALESCE((
    net_amount < -10000000000.0 OR net_amount > 10000000000.0
  ), FALSE) AS aside
FROM (
  SELECT
    COALESCE(
      line_id,
      'L' || MD5(
        CONCAT(
          COALESCE(CAST(transaction_id AS TEXT), ''),
          '|',
          COALESCE(CAST(sold_at AS TEXT), ''),
          '|',
          COALESCE(CAST(store_id AS TEXT), ''),
          '|',
          COALESCE(CAST(product_id AS TEXT), ''),
          '|',
          COALESCE(CAST(customer_id AS TEXT), ''),
          '|',
          COALESCE(CAST(quantity AS TEXT), ''),
          '|',
          COALESCE(CAST(unit_price AS TEXT), ''),
          '|',
          COALESCE(CAST(discount_amount AS TEXT), ''),
          '|',
          COALESCE(CAST(net_amount AS TEXT), '')
        )
      )
    ) AS line_id,
    transaction_id AS transaction_id,
    sold_at AS sold_at,
    store_id AS store_id,
    product_id AS product_id,
    customer_id AS customer_id,
    quantity AS quantity,
    unit_price AS unit_price,
    COALESCE(discount_amount, COALESCE(quantity * unit_price - net_amount, 0)) AS discount_amount,
    COALESCE(net_amount, quantity * unit_price - COALESCE(discount_amount, 0)) AS net_amount,
    NOT line_id IS NULL AS given_line_id,
    NOT discount_amount IS NULL AS given_discount_amount,
    NOT net_amount IS NULL AS given_net_amount
  FROM (
    SELECT
      line_id AS line_id,
      transaction_id AS transaction_id,
      sold_at AS sold_at,
      store_id AS store_id,
      product_id AS product_id,
      customer_id AS customer_id,
      quantity AS quantity,
      unit_price AS unit_price,
      discount_amount AS discount_amount,
      net_amount AS net_amount
    FROM typed_sales
  ) AS repaired
) AS filled;

CREATE TEMPORARY TABLE doubled_sales AS
SELECT
  *,
  ROW_NUMBER() OVER (
    PARTITION BY line_id, copy = 1
    ORDER BY sold_at DESC NULLS LAST, transaction_id DESC NULLS LAST, store_id DESC NULLS LAST, product_id DESC NULLS LAST, customer_id DESC NULLS LAST, quantity DESC NULLS LAST, unit_price DESC NULLS LAST, discount_amount DESC NULLS LAST, net_amount DESC NULLS LAST
  ) AS version
FROM (
  SELECT
    rows_of_all.line_id,
    rows_of_all.transaction_id,
    rows_of_all.sold_at,
    rows_of_all.store_id,
    rows_of_all.product_id,
    rows_of_all.customer_id,
    rows_of_all.quantity,
    rows_of_all.unit_price,
    rows_of_all.discount_amount,
    rows_of_all.net_amount,
    given_line_id,
    given_discount_amount,
    given_net_amount,
    ROW_NUMBER() OVER (
      PARTITION BY rows_of_all.line_id, rows_of_all.transaction_id, rows_of_all.sold_at, rows_of_all.store_id, rows_of_all.product_id, rows_of_all.customer_id, rows_of_all.quantity, rows_of_all.unit_price, rows_of_all.discount_amount, rows_of_all.net_amount
      ORDER BY rows_of_all.line_id, rows_of_all.transaction_id, rows_of_all.sold_at, rows_of_all.store_id, rows_of_all.product_id, rows_of_all.customer_id, rows_of_all.quantity, rows_of_all.unit_price, rows_of_all.discount_amount, rows_of_all.net_amount
    ) AS copy
  FROM filled_sales AS rows_of_all
  JOIN (
    SELECT
      line_id
    FROM filled_sales
    WHERE
      NOT aside
    GROUP BY
      line_id
    HAVING
      COUNT(*) > 1
  ) AS twins
    ON rows_of_all.line_id = twins.line_id
  WHERE
    NOT aside
) AS copies;

CREATE TEMPORARY VIEW kept_sales AS
SELECT
  single.line_id,
  single.transaction_id,
  single.sold_at,
  single.store_id,
  single.product_id,
  single.customer_id,
  single.quantity,
  single.unit_price,
  single.discount_amount,
  single.net_amount,
  single.given_line_id,
  single.given_discount_amount,
  single.given_net_amount
FROM filled_sales AS single
LEFT JOIN (
  SELECT DISTINCT
    line_id
  FROM doubled_sales
) AS twins
  ON single.line_id = twins.line_id
WHERE
  NOT single.aside AND twins.line_id IS NULL
UNION ALL
SELECT
  line_id,
  transaction_id,
  sold_at,
  store_id,
  product_id,
  customer_id,
  quantity,
  unit_price,
  discount_amount,
  net_amount,
  given_line_id,
  given_discount_amount,
  given_net_amount
FROM doubled_sales
WHERE
  copy = 1 AND version = 1;

CREATE TEMPORARY TABLE sold AS
SELECT
  CAST(DATE_TRUNC('MONTH', sold_at) AS DATE) AS month,
  store_id,
  product_id,
  CAST(SUM(quantity) AS BIGINT) AS sold_units
FROM kept_sales
GROUP BY
  1,
  2,
  3;

CREATE TEMPORARY VIEW typed_inventory AS
SELECT
  CAST(DATE_TRUNC('MONTH', month) AS DATE) AS month,
  CASE
    WHEN OCTET_LENGTH(store_id) <= 32768
    AND NOT (
      REPLACE(store_id, '__', '') <> store_id
      AND REPLACE(LOWER(store_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(store_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM store_id), '')
  END AS store_id,
  CASE
    WHEN OCTET_LENGTH(product_id) <= 32768
    AND NOT (
      REPLACE(product_id, '__', '') <> product_id
      AND REPLACE(LOWER(product_id COLLATE "und-x-icu") COLLATE "C", '__proto__', '') <> LOWER(product_id COLLATE "und-x-icu") COLLATE "C"
    )
    THEN NULLIF(TRIM(' ' || CHR(  9) || CHR(  10) || CHR(  13) || CHR(  160) FROM product_id), '')
  END AS product_id,
  CASE
    WHEN opening_units = FLOOR(opening_units) AND ABS(opening_units) < 1000000000000000
    THEN CAST(opening_units AS BIGINT)
  END AS opening_units,
  CASE
    WHEN closing_units = FLOOR(closing_units) AND ABS(closing_units) < 1000000000000000
    THEN CAST(closing_units AS BIGINT)
  END AS closing_units,
  CASE
    WHEN received_units = FLOOR(received_units) AND ABS(received_units) < 1000000000000000
    THEN CAST(received_units AS BIGINT)
  END AS received_units,
  CASE
    WHEN shrink_units = FLOOR(shrink_units) AND ABS(shrink_units) < 1000000000000000
    THEN CAST(shrink_units AS BIGINT)
  END AS shrink_units,
  COALESCE(NOT received_units IS NULL, FALSE)
  AND CASE
    WHEN received_units = FLOOR(received_units) AND ABS(received_units) < 1000000000000000
    THEN CAST(received_units AS BIGINT)
  END IS NULL AS unread_received_units,
  COALESCE(NOT shrink_units IS NULL, FALSE)
  AND CASE
    WHEN shrink_units = FLOOR(shrink_units) AND ABS(shrink_units) < 1000000000000000
    THEN CAST(shrink_units AS BIGINT)
  END IS NULL AS unread_shrink_units
FROM given_inventory;

CREATE TEMPORARY TABLE filled_inventory AS
SELECT
  *,
  COALESCE(month IS NULL, FALSE)
  OR COALESCE((
    month < CAST('1990-01-01' AS DATE) OR month >= CURRENT_DATE + 1 + 1
  ), FALSE)
  OR COALESCE(store_id IS NULL, FALSE)
  OR COALESCE(product_id IS NULL, FALSE)
  OR COALESCE(opening_units IS NULL, FALSE)
  OR COALESCE((
    opening_units > 1000000000.0
  ), FALSE)
  OR COALESCE(closing_units IS NULL, FALSE)
  OR COALESCE((
    closing_units > 1000000000.0
  ), FALSE)
  OR COALESCE((
    received_units < -1000000000.0 OR received_units > 1000000000.0
  ), FALSE)
  OR COALESCE((
    shrink_units < -1000000000.0 OR shrink_units > 1000000000.0
  ), FALSE) AS aside
FROM (
  SELECT
    month AS month,
    store_id AS store_id,
    product_id AS product_id,
    opening_units AS opening_units,
    closing_units AS closing_units,
    COALESCE(
      received_units,
      closing_units - opening_units + sold_units + COALESCE(shrink_units, 0)
    ) AS received_units,
    COALESCE(shrink_units, 0) AS shrink_units,
    NOT received_units IS NULL AS given_received_units,
    NOT shrink_units IS NULL AS given_shrink_units
  FROM (
    SELECT
      month AS month,
      store_id AS store_id,
      product_id AS product_id,
      CASE WHEN opening_units < 0 THEN 0 ELSE opening_units END AS opening_units,
      CASE WHEN closing_units < 0 THEN 0 ELSE closing_units END AS closing_units,
      received_units AS received_units,
      shrink_units AS shrink_units,
      COALESCE(sold_units, 0) AS sold_units
    FROM typed_inventory
    LEFT JOIN sold
      USING (month, store_id, product_id)
  ) AS repaired
) AS filled;

CREATE TEMPORARY TABLE doubled_inventory AS
SELECT
  *,
  ROW_NUMBER() OVER (
    PARTITION BY month, store_id, product_id, copy = 1
    ORDER BY opening_units DESC NULLS LAST, closing_units DESC NULLS LAST, received_units DESC NULLS LAST, shrink_units DESC NULLS LAST
  ) AS version
FROM (
  SELECT
    rows_of_all.month,
    rows_of_all.store_id,
    rows_of_all.product_id,
    rows_of_all.opening_units,
    rows_of_all.closing_units,
    rows_of_all.received_units,
    rows_of_all.shrink_units,
    given_received_units,
    given_shrink_units,
    ROW_NUMBER() OVER (
      PARTITION BY rows_of_all.month, rows_of_all.store_id, rows_of_all.product_id, rows_of_all.opening_units, rows_of_all.closing_units, rows_of_all.received_units, rows_of_all.shrink_units
      ORDER BY rows_of_all.month, rows_of_all.store_id, rows_of_all.product_id, rows_of_all.opening_units, rows_of_all.closing_units, rows_of_all.received_units, rows_of_all.shrink_units
    ) AS copy
  FROM filled_inventory AS rows_of_all
  JOIN (
    SELECT
      month,
      store_id,
      product_id
    FROM filled_inventory
    WHERE
      NOT aside
    GROUP BY
      month,
      store_id,
      product_id
    HAVING
      COUNT(*) > 1
  ) AS twins
    ON rows_of_all.month = twins.month
    AND rows_of_all.store_id = twins.store_id
    AND rows_of_all.product_id = twins.product_id
  WHERE
    NOT aside
) AS copies;

CREATE TEMPORARY VIEW kept_inventory AS
SELECT
  single.month,
  single.store_id,
  single.product_id,
  single.opening_units,
  single.closing_units,
  single.received_units,
  single.shrink_units,
  single.given_received_units,
  single.given_shrink_units
FROM filled_inventory AS single
LEFT JOIN (
  SELECT DISTINCT
    month,
    store_id,
    product_id
  FROM doubled_inventory
) AS twins
  ON single.month = twins.month
  AND single.store_id = twins.store_id
  AND single.product_id = twins.product_id
WHERE
  NOT single.aside AND twins.month IS NULL
UNION ALL
SELECT
  month,
  store_id,
  product_id,
  opening_units,
  closing_units,
  received_units,
  shrink_units,
  given_received_units,
  given_shrink_units
FROM doubled_inventory
WHERE
  copy = 1 AND version = 1;

CREATE TEMPORARY TABLE stores AS
SELECT
  store_id AS store_id,
  store_name AS store_name,
  chain AS chain,
  city AS city,
  region AS region,
  size_sqm AS size_sqm
FROM kept_stores
UNION ALL
SELECT
  store_id AS store_id,
  store_id AS store_name,
  '(unknown)' AS chain,
  '' AS city,
  '' AS region,
  CAST(NULL AS DOUBLE PRECISION) AS size_sqm
FROM (
  SELECT DISTINCT
    store_id
  FROM (
    SELECT
      home_store_id AS store_id
    FROM kept_customers
    UNION ALL
    SELECT
      store_id AS store_id
    FROM kept_sales
    UNION ALL
    SELECT
      store_id AS store_id
    FROM kept_inventory
  ) AS named
) AS strange
LEFT JOIN (
  SELECT
    store_id AS known_id
  FROM kept_stores
) AS known
  ON store_id = known_id
WHERE
  known_id IS NULL AND NOT store_id IS NULL;

CREATE TEMPORARY TABLE products AS
SELECT
  product_id AS product_id,
  product_name AS product_name,
  category AS category,
  unit_price AS unit_price,
  unit_cost AS unit_cost,
  lead_time_days AS lead_time_days
FROM kept_products
UNION ALL
SELECT
  product_id AS product_id,
  product_id AS product_name,
  '(unknown)' AS category,
  CAST(NULL AS DOUBLE PRECISION) AS unit_price,
  CAST(NULL AS DOUBLE PRECISION) AS unit_cost,
  CAST(NULL AS DOUBLE PRECISION) AS lead_time_days
FROM (
  SELECT DISTINCT
    product_id
  FROM (
    SELECT
      product_id AS product_id
    FROM kept_sales
    UNION ALL
    SELECT
      product_id AS product_id
    FROM kept_inventory
  ) AS named
) AS strange
LEFT JOIN (
  SELECT
    product_id AS known_id
  FROM kept_products
) AS known
  ON product_id = known_id
WHERE
  known_id IS NULL AND NOT product_id IS NULL;

CREATE TEMPORARY TABLE customers AS
SELECT
  customer_id AS customer_id,
  customer_name AS customer_name,
  loyalty_tier AS loyalty_tier,
  joined_on AS joined_on,
  home_store_id AS home_store_id
FROM kept_customers
UNION ALL
SELECT
  customer_id AS customer_id,
  customer_id AS customer_name,
  CASE
    WHEN (
      SELECT
        COUNT(*)
      FROM kept_customers
    ) = 0
    THEN '(no tier)'
    ELSE '(unknown)'
  END AS loyalty_tier,
  CAST(NULL AS DATE) AS joined_on,
  CAST(NULL AS TEXT) AS home_store_id
FROM (
  SELECT DISTINCT
    customer_id
  FROM (
    SELECT
      customer_id AS customer_id
    FROM kept_sales
  ) AS named
) AS strange
LEFT JOIN (
  SELECT
    customer_id AS known_id
  FROM kept_customers
) AS known
  ON customer_id = known_id
WHERE
  known_id IS NULL AND NOT customer_id IS NULL;

CREATE TEMPORARY TABLE sales AS
SELECT
  line_id AS line_id,
  transaction_id AS transaction_id,
  sold_at AS sold_at,
  store_id AS store_id,
  product_id AS product_id,
  customer_id AS customer_id,
  quantity AS quantity,
  unit_price AS unit_price,
  CAST((
    TRUNC(quantity * unit_price * 100) + TRUNC(2 * (
      quantity * unit_price * 100 - TRUNC(quantity * unit_price * 100)
    ))
  ) AS BIGINT) AS gross_amount_cents,
  CAST((
    TRUNC(discount_amount * 100) + TRUNC(2 * (
      discount_amount * 100 - TRUNC(discount_amount * 100)
    ))
  ) AS BIGINT) AS discount_amount_cents,
  CAST((
    TRUNC(net_amount * 100) + TRUNC(2 * (
      net_amount * 100 - TRUNC(net_amount * 100)
    ))
  ) AS BIGINT) AS net_amount_cents
FROM kept_sales;

CREATE TEMPORARY TABLE inventory AS
SELECT
  month AS month,
  store_id AS store_id,
  product_id AS product_id,
  opening_units AS opening_units,
  closing_units AS closing_units,
  received_units AS received_units,
  shrink_units AS shrink_units
FROM kept_inventory;

CREATE TEMPORARY VIEW found_stores AS
SELECT
  *
FROM (
  SELECT
    COUNT(*) AS rows_read,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_store_name THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS store_name_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_chain THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS chain_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_city THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS city_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_region THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS region_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_size_sqm THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS size_sqm_unread,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        size_sqm < 1 OR size_sqm > 1000000
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS size_sqm_repaired
  FROM typed_stores
) AS part_0
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN store_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS store_id_blank
  FROM filled_stores
) AS part_1
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN copy > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS copies,
    CAST(COALESCE(CAST(SUM(CASE WHEN copy = 1 AND version > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS versions
  FROM doubled_stores
) AS part_2
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_kept
  FROM kept_stores
) AS part_3
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_staged
  FROM stores
) AS part_4;

CREATE TEMPORARY VIEW found_products AS
SELECT
  *
FROM (
  SELECT
    COUNT(*) AS rows_read,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_product_name THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS product_name_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_category THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS category_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_unit_price THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS unit_price_unread,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        unit_price < 0 OR unit_price > 1000000.0
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS unit_price_repaired,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_unit_cost THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS unit_cost_unread,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        unit_cost < 0 OR unit_cost > 1000000.0
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS unit_cost_repaired,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_lead_time_days THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS lead_time_days_unread,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        lead_time_days < 0 OR lead_time_days > 730
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS lead_time_days_repaired
  FROM typed_products
) AS part_0
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN product_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS product_id_blank
  FROM filled_products
) AS part_1
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN copy > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS copies,
    CAST(COALESCE(CAST(SUM(CASE WHEN copy = 1 AND version > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS versions
  FROM doubled_products
) AS part_2
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_kept
  FROM kept_products
) AS part_3
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_staged
  FROM products
) AS part_4;

CREATE TEMPORARY VIEW found_customers AS
SELECT
  *
FROM (
  SELECT
    COUNT(*) AS rows_read,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_customer_name THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS customer_name_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_loyalty_tier THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS loyalty_tier_unread,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            joined_on < CAST('1990-01-01' AS DATE) OR joined_on >= CURRENT_DATE + 1 + 1
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS joined_on_repaired,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_home_store_id THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS home_store_id_unread
  FROM typed_customers
) AS part_0
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN customer_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS customer_id_blank
  FROM filled_customers
) AS part_1
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN copy > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS copies,
    CAST(COALESCE(CAST(SUM(CASE WHEN copy = 1 AND version > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS versions
  FROM doubled_customers
) AS part_2
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_kept
  FROM kept_customers
) AS part_3
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_staged
  FROM customers
) AS part_4;

CREATE TEMPORARY VIEW found_sales AS
SELECT
  *
FROM (
  SELECT
    COUNT(*) AS rows_read,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_line_id THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS line_id_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_customer_id THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS customer_id_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_discount_amount THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS discount_amount_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_net_amount THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS net_amount_unread
  FROM typed_sales
) AS part_0
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN transaction_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS transaction_id_blank,
    CAST(COALESCE(CAST(SUM(CASE WHEN sold_at IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS sold_at_blank,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            sold_at < CAST('1990-01-01' AS DATE) OR sold_at >= CURRENT_DATE + 1 + 1
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS sold_at_aside_0,
    CAST(COALESCE(CAST(SUM(CASE WHEN store_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS store_id_blank,
    CAST(COALESCE(CAST(SUM(CASE WHEN product_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS product_id_blank,
    CAST(COALESCE(CAST(SUM(CASE WHEN quantity IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS quantity_blank,
    CAST(COALESCE(CAST(SUM(CASE WHEN quantity = 0 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS quantity_aside_0,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        quantity < -100000 OR quantity > 100000
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS quantity_aside_1,
    CAST(COALESCE(CAST(SUM(CASE WHEN unit_price IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS unit_price_blank,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        unit_price < 0 OR unit_price > 1000000.0
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS unit_price_aside_0,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            discount_amount < -10000000.0 OR discount_amount > 10000000.0
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS discount_amount_aside_0,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            net_amount < -10000000000.0 OR net_amount > 10000000000.0
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS net_amount_aside_0
  FROM filled_sales
) AS part_1
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN copy > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS copies,
    CAST(COALESCE(CAST(SUM(CASE WHEN copy = 1 AND version > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS versions
  FROM doubled_sales
) AS part_2
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_kept
  FROM kept_sales
) AS part_3
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_staged
  FROM sales
) AS part_4;

CREATE TEMPORARY VIEW found_inventory AS
SELECT
  *
FROM (
  SELECT
    COUNT(*) AS rows_read,
    CAST(COALESCE(CAST(SUM(CASE WHEN opening_units < 0 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS opening_units_repaired,
    CAST(COALESCE(CAST(SUM(CASE WHEN closing_units < 0 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS closing_units_repaired,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_received_units THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS received_units_unread,
    CAST(COALESCE(CAST(SUM(CASE WHEN unread_shrink_units THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS shrink_units_unread
  FROM typed_inventory
) AS part_0
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN month IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS month_blank,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            month < CAST('1990-01-01' AS DATE) OR month >= CURRENT_DATE + 1 + 1
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS month_aside_0,
    CAST(COALESCE(CAST(SUM(CASE WHEN store_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS store_id_blank,
    CAST(COALESCE(CAST(SUM(CASE WHEN product_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS product_id_blank,
    CAST(COALESCE(CAST(SUM(CASE WHEN opening_units IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS opening_units_blank,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        opening_units > 1000000000.0
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS opening_units_aside_0,
    CAST(COALESCE(CAST(SUM(CASE WHEN closing_units IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS closing_units_blank,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN (
        closing_units > 1000000000.0
      ) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS closing_units_aside_0,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            received_units < -1000000000.0 OR received_units > 1000000000.0
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS received_units_aside_0,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN (
            shrink_units < -1000000000.0 OR shrink_units > 1000000000.0
          )
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS shrink_units_aside_0
  FROM filled_inventory
) AS part_1
CROSS JOIN (
  SELECT
    CAST(COALESCE(CAST(SUM(CASE WHEN copy > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS copies,
    CAST(COALESCE(CAST(SUM(CASE WHEN copy = 1 AND version > 1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS versions
  FROM doubled_inventory
) AS part_2
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_kept
  FROM kept_inventory
) AS part_3
CROSS JOIN (
  SELECT
    COUNT(*) AS rows_staged
  FROM inventory
) AS part_4;

CREATE TEMPORARY VIEW found_between AS
SELECT
  *
FROM (
  SELECT
    COUNT(*) AS customers_home_store_id_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN known_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS customers_home_store_id_count
  FROM (
    SELECT
      *
    FROM kept_customers
    WHERE
      NOT home_store_id IS NULL
  ) AS inner_12
  LEFT JOIN (
    SELECT
      store_id AS known_id
    FROM kept_stores
  ) AS inner_13
    ON home_store_id = known_id
) AS part_0
CROSS JOIN (
  SELECT
    COUNT(*) AS sales_store_id_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN known_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS sales_store_id_count
  FROM (
    SELECT
      *
    FROM kept_sales
    WHERE
      NOT store_id IS NULL
  ) AS inner_14
  LEFT JOIN (
    SELECT
      store_id AS known_id
    FROM kept_stores
  ) AS inner_15
    ON store_id = known_id
) AS part_1
CROSS JOIN (
  SELECT
    COUNT(*) AS sales_product_id_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN known_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS sales_product_id_count
  FROM (
    SELECT
      *
    FROM kept_sales
    WHERE
      NOT product_id IS NULL
  ) AS inner_16
  LEFT JOIN (
    SELECT
      product_id AS known_id
    FROM kept_products
  ) AS inner_17
    ON product_id = known_id
) AS part_2
CROSS JOIN (
  SELECT
    COUNT(*) AS sales_customer_id_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN known_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS sales_customer_id_count
  FROM (
    SELECT
      *
    FROM kept_sales
    WHERE
      NOT customer_id IS NULL
  ) AS inner_18
  LEFT JOIN (
    SELECT
      customer_id AS known_id
    FROM kept_customers
  ) AS inner_19
    ON customer_id = known_id
) AS part_3
CROSS JOIN (
  SELECT
    COUNT(*) AS inventory_store_id_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN known_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS inventory_store_id_count
  FROM (
    SELECT
      *
    FROM kept_inventory
    WHERE
      NOT store_id IS NULL
  ) AS inner_20
  LEFT JOIN (
    SELECT
      store_id AS known_id
    FROM kept_stores
  ) AS inner_21
    ON store_id = known_id
) AS part_4
CROSS JOIN (
  SELECT
    COUNT(*) AS inventory_product_id_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN known_id IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS inventory_product_id_count
  FROM (
    SELECT
      *
    FROM kept_inventory
    WHERE
      NOT product_id IS NULL
  ) AS inner_22
  LEFT JOIN (
    SELECT
      product_id AS known_id
    FROM kept_products
  ) AS inner_23
    ON product_id = known_id
) AS part_5
CROSS JOIN (
  SELECT
    COUNT(*) AS amounts_of,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN ABS(
            ROUND(net_amount * 100) - ROUND(quantity * unit_price * 100) + ROUND(discount_amount * 100)
          ) > 1
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS amounts_count
  FROM (
    SELECT
      *
    FROM kept_sales
    WHERE
      given_discount_amount AND given_net_amount
  ) AS inner_24
) AS part_6
CROSS JOIN (
  SELECT
    COUNT(*) AS costs_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN unit_cost IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS costs_count
  FROM kept_products
) AS part_7
CROSS JOIN (
  SELECT
    COUNT(*) AS ledger_0_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN opening_units <> closed_before THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS ledger_0_count
  FROM kept_inventory
  JOIN (
    SELECT
      CAST((
        month + INTERVAL '1 MONTH'
      ) AS DATE) AS month,
      store_id,
      product_id,
      closing_units AS closed_before
    FROM inventory
  ) AS inner_25
    USING (month, store_id, product_id)
) AS part_8
CROSS JOIN (
  SELECT
    COUNT(*) AS ledger_1_of,
    CAST(COALESCE(
      CAST(SUM(
        CASE
          WHEN COALESCE(next_month > month + INTERVAL '1 MONTH', closing_units > 0)
          THEN 1
          ELSE 0
        END
      ) AS BIGINT),
      0
    ) AS BIGINT) AS ledger_1_count
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *,
        LEAD(month) OVER (PARTITION BY store_id, product_id ORDER BY month) AS next_month,
        MAX(month) OVER () AS last_month
      FROM kept_inventory
    ) AS inner_28
    WHERE
      month < last_month
  ) AS inner_26
) AS part_9
CROSS JOIN (
  SELECT
    COUNT(*) AS ledger_2_of,
    CAST(COALESCE(CAST(SUM(CASE WHEN received_units < 0 THEN 1 ELSE 0 END) AS BIGINT), 0) AS BIGINT) AS ledger_2_count
  FROM kept_inventory
) AS part_10
CROSS JOIN (
  SELECT
    COUNT(*) AS ledger_3_of,
    CAST(COALESCE(
      CAST(SUM(CASE WHEN gone_units <> COALESCE(sold_units, 0) THEN 1 ELSE 0 END) AS BIGINT),
      0
    ) AS BIGINT) AS ledger_3_count
  FROM (
    SELECT
      *,
      opening_units + received_units - shrink_units - closing_units AS gone_units
    FROM kept_inventory
    WHERE
      given_received_units
  ) AS inner_27
  LEFT JOIN sold
    USING (month, store_id, product_id)
) AS part_11;
