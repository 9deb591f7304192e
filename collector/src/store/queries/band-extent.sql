-- How many predictions of some models lie in a period.
SELECT count() AS predictions
FROM prumo.predictions
WHERE model IN {models:Array(String)}
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
SETTINGS max_execution_time = 60, output_format_json_quote_64bit_integers = 0
