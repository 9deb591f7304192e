-- The predictions in question, each by its newest row.
SELECT model, environment, version, sha256, serving_role, segment, id, time, score, outputs, inputs, weight
FROM prumo.predictions
WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND (empty({models:Array(String)}) OR model IN {models:Array(String)})
    AND id IN ({{ids}})
ORDER BY arrived_at DESC, {{prediction-content}} DESC
LIMIT 1 BY model, environment, id, time, version, sha256, serving_role
