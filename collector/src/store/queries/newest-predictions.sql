-- One row per prediction (model, environment, id, time, version, sha256, serving_role) of a period: the newest.
SELECT
    model, version, sha256, environment, segment, serving_role, id, time, score, outputs, inputs, weight, arrived_at,
    stored_at
FROM prumo.predictions
WHERE model = {model:String}
    AND ({environment:String} = '' OR environment = {environment:String})
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY arrived_at DESC, {{prediction-content}} DESC
LIMIT 1 BY environment, id, time, version, sha256, serving_role
