-- Exponential histograms added up per group, scale and window. Where one scale spans more than 1024 buckets, neighbors
-- are merged in pairs (the scale falls by one, as in OpenTelemetry) until they fit.
SELECT
    model, environment, window_start, version, sha256, metric, kind, field, role, category, prediction_label,
    group_segment AS segment, serving_role, layout, bounds, sampling,
    count, sum, min, max,
    mapValues(mapPopulateSeries(positive)) AS counts, toInt8(scale - shift) AS scale, zero_count,
    toInt32(if(empty(positive), 0, arrayMin(mapKeys(positive)))) AS positive_offset,
    toInt32(if(empty(negative), 0, arrayMin(mapKeys(negative)))) AS negative_offset,
    mapValues(mapPopulateSeries(negative)) AS negative_counts, points
FROM
(
    SELECT
        *,
        CAST(arrayReduce('sumMap', [arrayMap(key -> toInt64(floor(key / exp2(shift))), mapKeys(positive_all))],
            [mapValues(positive_all)]), 'Map(Int64, UInt64)') AS positive,
        CAST(arrayReduce('sumMap', [arrayMap(key -> toInt64(floor(key / exp2(shift))), mapKeys(negative_all))],
            [mapValues(negative_all)]), 'Map(Int64, UInt64)') AS negative
    FROM
    (
        SELECT
            *,
            if(empty(positive_all), 1, arrayMax(mapKeys(positive_all)) - arrayMin(mapKeys(positive_all)) + 1) AS positive_span,
            if(empty(negative_all), 1, arrayMax(mapKeys(negative_all)) - arrayMin(mapKeys(negative_all)) + 1) AS negative_span,
            toInt16(greatest(0, ceil(log2(greatest(positive_span, negative_span) / 1024)))) AS shift
        FROM
        (
            SELECT
                model, environment, window_start, version, sha256, metric, kind, field, role, category,
                prediction_label, group_segment, serving_role, layout, bounds, sampling, scale,
                sum(count) AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max,
                sum(zero_count) AS zero_count, sum(points) AS points,
                sumMap(mapFromArrays(
                    arrayMap(index -> toInt64(positive_offset) + index - 1, arrayEnumerate(counts)),
                    arrayMap(rows -> toUInt64(rows), counts))) AS positive_all,
                sumMap(mapFromArrays(
                    arrayMap(index -> toInt64(negative_offset) + index - 1, arrayEnumerate(negative_counts)),
                    arrayMap(rows -> toUInt64(rows), negative_counts))) AS negative_all
            FROM
            (
                SELECT
                    *,
                    {from:Int64} + intDiv(toUnixTimestamp64Milli(at) - {from:Int64}, {window:Int64}) * {window:Int64}
                        AS window_start,
                    if({bySegment:UInt8} = 1, segment, '') AS group_segment
                FROM ({{points}})
                WHERE kind = 'exponential'
            )
            GROUP BY
                model, environment, window_start, version, sha256, metric, kind, field, role, category,
                prediction_label, group_segment, serving_role, layout, bounds, sampling, scale
        )
    )
)
