-- One row per label (model, prediction_id): the newest by its own time, or by arrival where it has none.
SELECT model, prediction_id, label, time, arrived_at
FROM prumo.labels
WHERE model = {model:String}
ORDER BY ifNull(time, arrived_at) DESC, cityHash64(label, ifNull(toString(time), '')) DESC, arrived_at DESC
LIMIT 1 BY model, prediction_id
