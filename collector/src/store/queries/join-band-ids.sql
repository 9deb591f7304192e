-- Ids of predictions of some models in a period; one part of them by their hash.
SELECT id
FROM prumo.predictions
WHERE model IN {models:Array(String)}
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND cityHash64(id) % {parts:UInt32} = {part:UInt32}
