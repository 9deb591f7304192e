-- Hourly sums of [from, to): of each (model, environment, hour) the newest revision as a whole, of one run.
SELECT
    model, environment, version, sha256, toDateTime64(hour, 3, 'UTC') AS at, metric, kind, field, role, category,
    prediction_label, segment, serving_role, layout, bounds, sampling, count, sum, min, max,
    counts, scale, zero_count, positive_offset, negative_offset, negative_counts, points
FROM prumo.profiles_hourly
WHERE ({model:String} = '' OR model = {model:String})
    AND ({environment:String} = '' OR environment = {environment:String})
    AND ({field:String} = '' OR field = {field:String} OR metric = 'ml.inference.rows')
    AND hour >= toDateTime(intDiv({from:Int64}, 1000), 'UTC')
    AND hour < toDateTime(intDiv({to:Int64} + 999, 1000), 'UTC')
    AND arrayAll(pair -> position(concat(',', segment, ','), concat(',', pair, ',')) > 0, {pairs:Array(String)})
    AND (model, environment, hour, (revision, run)) IN
    (
        SELECT model, environment, hour, max((revision, run))
        FROM prumo.profiles_hourly
        WHERE ({model:String} = '' OR model = {model:String})
            AND ({environment:String} = '' OR environment = {environment:String})
            AND hour >= toDateTime(intDiv({from:Int64}, 1000), 'UTC')
            AND hour < toDateTime(intDiv({to:Int64} + 999, 1000), 'UTC')
        GROUP BY model, environment, hour
    )
