-- Incidents, the newest revision of each.
SELECT
    id, model, environment, kind, status,
    toUnixTimestamp64Milli(`from`) AS `from`,
    toUnixTimestamp64Milli(detected_at) AS detected_at,
    if(isNull(closed_at), NULL, toUnixTimestamp64Milli(assumeNotNull(closed_at))) AS closed_at,
    members, revision
FROM prumo.incidents
WHERE ({model:String} = '' OR model = {model:String})
    AND ({environment:String} = '' OR environment = {environment:String})
ORDER BY revision DESC, stored_at DESC
LIMIT 1 BY id
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 30, output_format_json_quote_64bit_integers = 0
