-- Hours of predictions whose labeled rows changed in runs of the join at or after an instant.
SELECT model, environment, toUnixTimestamp(toStartOfHour(time)) AS hour, count() AS labels
FROM prumo.labeled
WHERE joined_at >= fromUnixTimestamp64Milli({joinedSince:Int64}, 'UTC') AND ({model:String} = '' OR model = {model:String})
GROUP BY model, environment, hour
ORDER BY model, environment, hour
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
