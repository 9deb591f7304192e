-- The merged groups of a question, a row per group and window.
SELECT
    model, environment, window_start, version, sha256, metric, kind, field, role, category, prediction_label, segment,
    serving_role, layout, bounds, sampling, count, sum, min, max, counts, scale, zero_count,
    positive_offset, negative_offset, negative_counts, points
FROM ({{series}})
ORDER BY model, environment, window_start, version, metric, field, category, segment, sampling, layout
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_denormals = 1, output_format_json_quote_64bit_integers = 0
