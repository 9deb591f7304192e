-- One row per prediction (model, id, time) of a period: the newest.
SELECT
    model, version, sha256, environment, segment, serving_role, id, time, score, outputs, weight, arrived_at
FROM prumo.predictions
WHERE model = {model:String}
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY
    arrived_at DESC,
    cityHash64(version, sha256, environment, segment, serving_role, ifNull(toString(score), ''), outputs, weight) DESC
LIMIT 1 BY model, id, time
