-- Every label that came for an id, the one that counts last.
SELECT
    model, prediction_id, label,
    if(isNull(time), NULL, toUnixTimestamp64Milli(assumeNotNull(time))) AS time,
    toUnixTimestamp64Milli(arrived_at) AS arrived_at
FROM prumo.labels
WHERE model IN ('', {model:String}) AND prediction_id = {id:String}
ORDER BY ifNull(labels.time, labels.arrived_at), cityHash64(label, ifNull(toString(labels.time), '')), labels.arrived_at
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
