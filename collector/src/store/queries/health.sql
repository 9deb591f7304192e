-- Health of each (model, environment): its newest row that is not after `asOf`.
SELECT model, environment, verdict, reason, toUnixTimestamp64Milli(at) AS at, revision
FROM prumo.health
WHERE ({model:String} = '' OR model = {model:String})
    AND ({environment:String} = '' OR environment = {environment:String})
    AND at <= fromUnixTimestamp64Milli({asOf:Int64}, 'UTC')
ORDER BY health.at DESC, revision DESC, stored_at DESC
LIMIT 1 BY model, environment
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 30, output_format_json_quote_64bit_integers = 0
