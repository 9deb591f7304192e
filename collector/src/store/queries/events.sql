-- Events of a stream (of every stream where it is empty) after a sequence number, in order.
SELECT stream, seq, event_id, type, payload, actor, toUnixTimestamp64Milli(at) AS at, prev_hash, hash
FROM prumo.registry_events
WHERE ({stream:String} = '' OR stream = {stream:String}) AND seq > {after:UInt64}
ORDER BY stream, seq, stored_at, event_id
LIMIT 1 BY stream, seq
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 30, output_format_json_quote_64bit_integers = 0
