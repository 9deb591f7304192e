-- Ids of predictions of some models in a period that have neither a label nor what their rule for absent ones says; one part of them by their hash.
SELECT id
FROM prumo.predictions
WHERE model IN {models:Array(String)}
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND cityHash64(id) % {parts:UInt32} = {part:UInt32}
    AND sipHash128(model, environment, id, time, version, sha256, serving_role) NOT IN
    (
        SELECT identity
        FROM
        (
            SELECT
                sipHash128(model, environment, id, time, version, sha256, serving_role) AS identity, source, label,
                toUnixTimestamp64Milli(label_arrived_at) - toUnixTimestamp64Milli(time) AS horizon,
                greatest(
                    indexOf(
                        JSONExtract({rules:String}, 'keys', 'Array(String)'), concat(model, '\n', environment)
                    ),
                    indexOf(JSONExtract({rules:String}, 'keys', 'Array(String)'), concat(model, '\n')), 1
                ) AS rule
            FROM prumo.labeled
            WHERE model IN {models:Array(String)}
                AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
                AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
                AND cityHash64(id) % {parts:UInt32} = {part:UInt32}
            ORDER BY joined_at DESC
            LIMIT 1 BY identity
        )
        WHERE source = 'label'
            OR source = 'absent'
                AND label = JSONExtract({rules:String}, 'labels', 'Array(String)')[rule]
                AND horizon = JSONExtract({rules:String}, 'horizons', 'Array(Int64)')[rule]
    )
