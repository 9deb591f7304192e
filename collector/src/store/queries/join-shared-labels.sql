-- All labels without a model of the ids in question that exactly one model has.
SELECT prediction_id, groupUniqArray({{label-event}}) AS events
FROM prumo.labels
WHERE {anyWithoutModel:UInt8} = 1 AND model = '' AND prediction_id IN ({{ids}})
    AND prediction_id IN
    (
        SELECT id
        FROM prumo.predictions
        WHERE {anyWithoutModel:UInt8} = 1
            AND id IN (SELECT prediction_id FROM prumo.labels WHERE model = '' AND prediction_id IN ({{ids}}))
        GROUP BY id
        HAVING uniqExact(model) = 1
    )
GROUP BY prediction_id
