-- Performance, the newest revision of each (version, environment, serving role, window, segment, kind) as a whole.
SELECT
    * EXCEPT (window_start, window_end, judged_at),
    toUnixTimestamp64Milli(window_start) AS window_start,
    toUnixTimestamp64Milli(window_end) AS window_end,
    toUnixTimestamp64Milli(judged_at) AS judged_at
FROM prumo.performance
WHERE model = {model:String}
    AND ({version:String} = '' OR version = {version:String})
    AND ({environment:String} = '' OR environment = {environment:String})
    AND ({anySegment:UInt8} = 1 OR segment = {segment:String})
    AND ({kind:String} = '' OR kind = {kind:String})
    AND ({servingRole:String} = '' OR serving_role = {servingRole:String})
    AND ({primaryOnly:UInt8} = 0 OR is_primary = 1)
    AND ({windowSeconds:UInt32} = 0 OR window_seconds = {windowSeconds:UInt32})
    AND window_start >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND window_start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND judged_at <= fromUnixTimestamp64Milli({asOf:Int64}, 'UTC')
    AND (version, environment, window_start, window_end, serving_role, segment, kind, (revision, judged_at)) IN
    (
        SELECT version, environment, window_start, window_end, serving_role, segment, kind, max((revision, judged_at))
        FROM prumo.performance
        WHERE model = {model:String}
            AND window_start >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
            AND window_start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
            AND judged_at <= fromUnixTimestamp64Milli({asOf:Int64}, 'UTC')
        GROUP BY version, environment, window_start, window_end, serving_role, segment, kind
    )
ORDER BY window_start, version, environment, serving_role, segment, kind, is_primary DESC, metric
LIMIT 1 BY window_start, window_end, version, environment, serving_role, segment, kind, metric
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60, output_format_json_quote_64bit_integers = 0
