-- Whole hours of [from, to) summed into a new revision of each (model, environment, hour).
INSERT INTO prumo.profiles_hourly
(
    model, environment, hour, version, sha256, metric, kind, field, role, category, prediction_label, segment,
    serving_role, layout, bounds, sampling, count, sum, min, max, counts, scale, zero_count,
    positive_offset, negative_offset, negative_counts, points, revision, run
)
SETTINGS async_insert = 0, max_partitions_per_insert_block = 0
SELECT
    model, environment, toDateTime(intDiv(window_start, 1000), 'UTC') AS hour, version, sha256, metric, kind, field,
    role, category, prediction_label, segment, serving_role, layout, bounds, sampling, count, sum, min, max, counts,
    scale, zero_count, positive_offset, negative_offset, negative_counts, points, {revision:UInt64} AS revision,
    {run:UInt64} AS run
FROM ({{series}})
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 120
