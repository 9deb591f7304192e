-- How much came since an instant (by the store's clock), over which time, and whether there is any label without a model.
SELECT
    predictions.rows AS predictions, labels.rows AS labels, toUnixTimestamp64Milli(predictions.first) AS first,
    toUnixTimestamp64Milli(predictions.last) AS last,
    (SELECT count() FROM (SELECT 1 FROM prumo.labels WHERE model = '' LIMIT 1)) AS anyWithoutModel
FROM
(
    SELECT count() AS rows, min(time) AS first, max(time) AS last
    FROM prumo.predictions
    WHERE stored_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
) AS predictions
CROSS JOIN
(
    SELECT count() AS rows FROM prumo.labels WHERE stored_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
) AS labels
SETTINGS max_execution_time = 60, output_format_json_quote_64bit_integers = 0
