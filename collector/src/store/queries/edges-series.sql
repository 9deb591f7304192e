-- Points over bounds, and sums, added up per group and window of `window` milliseconds, counted from `from`.
SELECT
    model, environment, window_start, version, sha256, metric, kind, field, role, category, prediction_label,
    group_segment AS segment, serving_role, layout, bounds, sampling,
    sum(count) AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max,
    sumForEach(counts) AS counts, scale, sum(zero_count) AS zero_count,
    toInt32(0) AS positive_offset, toInt32(0) AS negative_offset,
    CAST([], 'Array(UInt64)') AS negative_counts, sum(points) AS points
FROM
(
    SELECT
        *,
        {from:Int64} + intDiv(toUnixTimestamp64Milli(at) - {from:Int64}, {window:Int64}) * {window:Int64} AS window_start,
        if({bySegment:UInt8} = 1, segment, '') AS group_segment
    FROM ({{points}})
    WHERE kind != 'exponential'
)
GROUP BY
    model, environment, window_start, version, sha256, metric, kind, field, role, category, prediction_label,
    group_segment, serving_role, layout, bounds, sampling, scale
