-- Predictions of a model by window, version, hash and serving role, each counted once.
WITH
    {bounds:Array(Float64)} AS bounds,
    toInt64(toUnixTimestamp64Milli(newest.time)) AS at,
    arrayAll(
        (name, text) -> text = if(
            JSONType(outputs, name) = 'String', JSONExtractString(outputs, name), JSONExtractRaw(outputs, name)
        ),
        {names:Array(String)}, {texts:Array(String)}
    ) AS is_observable,
    arrayCount(bound -> bound < assumeNotNull(score), bounds) AS cell
SELECT
    {from:Int64} + intDiv(at - {from:Int64}, {window:Int64}) * {window:Int64} AS window_start,
    version, sha256, serving_role, if({bySegment:UInt8} = 1, segment, '') AS segment_name, count() AS rows,
    sum(weight) AS total_weight, sumIf(weight, NOT is_observable) AS unobservable,
    toUnixTimestamp64Milli(max(stored_at)) AS newest_stored,
    if(countIf(isNotNull(score)) = 0, NULL,
        sumIf(weight * assumeNotNull(score), isNotNull(score)) / sumIf(weight, isNotNull(score))) AS mean_score,
    sumMapIf([cell], [weight], isNotNull(score)) AS histogram
FROM ({{newest-predictions}}) AS newest
WHERE arrayAll(pair -> position(concat(',', segment, ','), concat(',', pair, ',')) > 0, {pairs:Array(String)})
GROUP BY window_start, version, sha256, serving_role, segment_name
ORDER BY window_start, version, sha256, serving_role, segment_name
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
