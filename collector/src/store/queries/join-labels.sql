-- Predictions in question with the label that they have now, where that differs from what is joined already.
INSERT INTO prumo.labeled
(
    model, environment, version, sha256, serving_role, segment, id, time, score, outputs, inputs, weight, label, source,
    label_time, label_arrived_at, corrections, joined_at, joined_through
)
SETTINGS async_insert = 0, max_partitions_per_insert_block = 0
WITH
    -- Rules for absent labels as lists; the first entry, of no model, is for predictions without a rule.
    JSONExtract({rules:String}, 'keys', 'Array(String)') AS rule_keys,
    JSONExtract({rules:String}, 'labels', 'Array(String)') AS rule_labels,
    JSONExtract({rules:String}, 'horizons', 'Array(Int64)') AS rule_horizons,
    JSONExtract({rules:String}, 'names', 'Array(Array(String))') AS rule_names,
    JSONExtract({rules:String}, 'texts', 'Array(Array(String))') AS rule_texts
SELECT
    model, environment, version, sha256, serving_role, segment, id, time, score, outputs, inputs, weight, label, source,
    label_time, label_arrived_at, corrections, fromUnixTimestamp64Milli({joinedAt:Int64}, 'UTC') AS joined_at,
    fromUnixTimestamp64Milli({since:Int64}, 'UTC') AS joined_through
FROM
(
    SELECT
        found.model AS model, found.environment AS environment, found.version AS version, found.sha256 AS sha256,
        found.serving_role AS serving_role, found.segment AS segment, found.id AS id, found.time AS time,
        found.score AS score, found.outputs AS outputs, found.inputs AS inputs, found.weight AS weight,
        arraySort(arrayConcat(own.events, shared.events)) AS events,
        -- The last run of events with one text, which is the label.
        arraySlice(events, 1 + arrayLastIndex(event -> event.4 != (events[-1]).4, events)) AS run,
        greatest(
            indexOf(rule_keys, concat(model, '\n', environment)), indexOf(rule_keys, concat(model, '\n')), 1
        ) AS rule,
        toUnixTimestamp64Milli(time) + rule_horizons[rule] AS horizon_end,
        notEmpty(events) AS is_labeled,
        NOT is_labeled AND rule > 1 AND horizon_end <= {now:Int64}
            AND arrayAll(
                (name, text) -> text = if(
                    JSONType(outputs, name) = 'String', JSONExtractString(outputs, name), JSONExtractRaw(outputs, name)
                ),
                rule_names[rule], rule_texts[rule]
            ) AS is_absent,
        multiIf(is_labeled, 'label', is_absent, 'absent', '') AS source,
        multiIf(is_labeled, (run[-1]).4, is_absent, rule_labels[rule], '') AS label,
        if(is_labeled AND (run[-1]).5, toNullable((run[-1]).1), NULL) AS label_time,
        multiIf(
            is_labeled, arrayMin(event -> event.3, run),
            fromUnixTimestamp64Milli(if(is_absent, horizon_end, 0), 'UTC')
        ) AS label_arrived_at,
        toUInt32(if(is_labeled, length(arrayCompact(event -> event.4, events)) - 1, 0)) AS corrections,
        known.source AS known_source,
        (
            known.segment, ifNull(toString(known.score), ''), known.outputs, known.inputs, known.weight, known.label,
            known.source, ifNull(toString(known.label_time), ''), known.label_arrived_at, known.corrections
        ) AS before,
        (
            segment, ifNull(toString(score), ''), outputs, inputs, weight, label, source,
            ifNull(toString(label_time), ''), label_arrived_at, corrections
        ) AS after
    FROM ({{join-found}}) AS found
    LEFT JOIN ({{join-own-labels}}) AS own ON own.model = found.model AND own.prediction_id = found.id
    LEFT JOIN ({{join-shared-labels}}) AS shared ON shared.prediction_id = found.id
    LEFT JOIN ({{join-known}}) AS known
        ON known.id = found.id AND known.model = found.model AND known.environment = found.environment
        AND known.time = found.time AND known.version = found.version AND known.sha256 = found.sha256
        AND known.serving_role = found.serving_role
)
WHERE (source != '' OR known_source != '') AND before != after
SETTINGS prefer_column_name_to_alias = 0, join_use_nulls = 0, max_execution_time = 300
