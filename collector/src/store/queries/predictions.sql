-- Predictions of a model in a period.
SELECT
    model, version, sha256, environment, segment, serving_role, id, toUnixTimestamp64Milli(time) AS time, score, outputs,
    inputs, weight, toUnixTimestamp64Milli(arrived_at) AS arrived_at
FROM ({{newest-predictions}}) AS newest
ORDER BY newest.time, id, version, sha256, serving_role, environment
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
