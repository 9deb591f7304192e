-- Labeled rows in the order of their groups, columns of text apart from those that are asked for by name.
WITH
    {outputs:Array(String)} AS output_names,
    {inputs:Array(String)} AS input_names,
    toInt64(toUnixTimestamp64Milli(newest.time)) AS at
SELECT
    {from:Int64} + intDiv(at - {from:Int64}, {window:Int64}) * {window:Int64} AS window_start,
    version, sha256, serving_role, if({bySegment:UInt8} = 1, segment, '') AS segment_name, id, at AS time_ms, score,
    label, weight, source = 'absent' AS is_absent,
    if(isNull(label_time), NULL, toUnixTimestamp64Milli(assumeNotNull(label_time)) - at) AS label_delay, corrections,
    arrayMap(
        name -> multiIf(
            JSONType(outputs, name) = 'String', toNullable(JSONExtractString(outputs, name)),
            JSONType(outputs, name) = 'Null', NULL, toNullable(JSONExtractRaw(outputs, name))
        ),
        output_names
    ) AS output_texts,
    arrayMap(
        name -> multiIf(
            JSONType(inputs, name) = 'String', toNullable(JSONExtractString(inputs, name)),
            JSONType(inputs, name) = 'Null', NULL, toNullable(JSONExtractRaw(inputs, name))
        ),
        input_names
    ) AS input_texts
FROM ({{newest-labeled}}) AS newest
WHERE source != ''
    AND arrayAll(pair -> position(concat(',', segment, ','), concat(',', pair, ',')) > 0, {pairs:Array(String)})
ORDER BY window_start, version, sha256, serving_role, segment_name, at, id
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
