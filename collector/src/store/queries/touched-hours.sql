-- Hours of models that got points since an instant (by the store's clock).
SELECT
    model, environment, toUnixTimestamp(toStartOfHour(start)) AS hour,
    toUnixTimestamp64Milli(max(stored_at)) AS newest, count() AS rows
FROM prumo.profiles
WHERE stored_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND model != ''
GROUP BY model, environment, hour
ORDER BY model, environment, hour
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
