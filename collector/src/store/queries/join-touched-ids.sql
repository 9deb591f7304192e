-- Ids of predictions and labels that came since an instant; one part of them by their hash.
SELECT id
FROM prumo.predictions
WHERE stored_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND cityHash64(id) % {parts:UInt32} = {part:UInt32}
UNION ALL
SELECT prediction_id AS id
FROM prumo.labels
WHERE stored_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    AND cityHash64(prediction_id) % {parts:UInt32} = {part:UInt32}
