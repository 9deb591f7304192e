-- Labeled rows by group, each column an array in the order of (time, id); NaN is no value. Ids and times only where they are asked for.
WITH
    {outputs:Array(String)} AS output_names,
    {inputs:Array(String)} AS input_names
SELECT
    window_start, version, sha256, serving_role, segment_name,
    groupArrayIf(id, {withIds:UInt8} = 1) AS id, groupArrayIf(at, {withIds:UInt8} = 1) AS time_ms,
    groupArray(ifNull(score, nan)) AS score, groupArray(label) AS label, groupArray(weight) AS weight,
    groupArray(source = 'absent') AS is_absent, groupArray(label_delay) AS label_delay,
    groupArray(corrections) AS corrections,
    groupArrayIf(
        arrayMap(
            name -> multiIf(
                JSONType(outputs, name) = 'String', toNullable(JSONExtractString(outputs, name)),
                JSONType(outputs, name) = 'Null', NULL, toNullable(JSONExtractRaw(outputs, name))
            ),
            output_names
        ),
        notEmpty(output_names)
    ) AS output_texts,
    groupArrayIf(
        arrayMap(
            name -> multiIf(
                JSONType(inputs, name) = 'String', toNullable(JSONExtractString(inputs, name)),
                JSONType(inputs, name) = 'Null', NULL, toNullable(JSONExtractRaw(inputs, name))
            ),
            input_names
        ),
        notEmpty(input_names)
    ) AS input_texts
FROM
(
    SELECT
        toInt64(toUnixTimestamp64Milli(newest.time)) AS at,
        {from:Int64} + intDiv(at - {from:Int64}, {window:Int64}) * {window:Int64} AS window_start,
        version, sha256, serving_role, if({bySegment:UInt8} = 1, segment, '') AS segment_name, id, score, label, weight,
        source, corrections, outputs, inputs,
        if(isNull(label_time), nan, toFloat64(toUnixTimestamp64Milli(assumeNotNull(label_time)) - at)) AS label_delay
    FROM ({{newest-labeled}}) AS newest
    WHERE source != ''
        AND arrayAll(pair -> position(concat(',', segment, ','), concat(',', pair, ',')) > 0, {pairs:Array(String)})
    ORDER BY at, id
)
GROUP BY window_start, version, sha256, serving_role, segment_name
ORDER BY window_start, version, sha256, serving_role, segment_name
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0,
    max_threads = 1
