-- Labeled predictions of a model in a period, each by its newest row; those whose label was withdrawn are among them.
SELECT
    model, environment, version, sha256, serving_role, segment, id, time, score, outputs, inputs, weight, label, source,
    label_time, corrections
FROM prumo.labeled
WHERE model = {model:String} AND environment = {environment:String}
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY joined_at DESC
LIMIT 1 BY id, time, version, sha256, serving_role
