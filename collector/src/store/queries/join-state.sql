-- The clock of the store, the newest run of the join, and what runs that were finished have seen.
SELECT
    toUnixTimestamp64Milli(now64(3)) AS now,
    (SELECT toUnixTimestamp64Milli(max(joined_at)) FROM prumo.labeled) AS joinedAt,
    (SELECT toUnixTimestamp64Milli(max(joined_through)) FROM prumo.labeled) AS joinedThrough
SETTINGS max_execution_time = 60, output_format_json_quote_64bit_integers = 0
