-- What is joined already: the newest row of each prediction in question.
SELECT
    model, environment, version, sha256, serving_role, segment, id, time, score, outputs, inputs, weight, label, source,
    label_time, label_arrived_at, corrections
FROM prumo.labeled
WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND (empty({models:Array(String)}) OR model IN {models:Array(String)})
    AND id IN ({{ids}})
ORDER BY joined_at DESC
LIMIT 1 BY model, environment, id, time, version, sha256, serving_role
