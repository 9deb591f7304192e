-- Labels of a model, or, with an empty name, those that came without one.
SELECT
    model, prediction_id, label,
    if(isNull(time), NULL, toUnixTimestamp64Milli(assumeNotNull(time))) AS time,
    toUnixTimestamp64Milli(arrived_at) AS arrived_at
FROM ({{newest-labels}}) AS newest
ORDER BY prediction_id
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
