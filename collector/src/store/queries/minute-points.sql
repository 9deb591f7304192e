-- Minute points of [from, to) without repeats: of points with one identity the newest arrival counts.
SELECT
    model, environment, version, sha256, toDateTime64(start, 3, 'UTC') AS at, metric, kind, field, role, category,
    prediction_label, segment, serving_role, layout, bounds, sampling, count, sum, min, max,
    counts, scale, zero_count, positive_offset, negative_offset, negative_counts, toUInt64(1) AS points
FROM prumo.profiles
WHERE ({model:String} = '' OR model = {model:String})
    AND ({environment:String} = '' OR environment = {environment:String})
    AND ({field:String} = '' OR field = {field:String} OR metric = 'ml.inference.rows')
    AND start >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
    AND toStartOfHour(start) < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND arrayAll(pair -> position(concat(',', segment, ','), concat(',', pair, ',')) > 0, {pairs:Array(String)})
ORDER BY arrived_at DESC
LIMIT 1 BY model, environment, instance, series, start, `end`
