-- All labels of the ids in question that name their model, the one that counts last.
SELECT model, prediction_id, groupUniqArray({{label-event}}) AS events
FROM prumo.labels
WHERE model != '' AND prediction_id IN ({{ids}})
GROUP BY model, prediction_id
