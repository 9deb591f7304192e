-- First and last hour with rows of a model in an environment; no row where there is none.
SELECT toUnixTimestamp(min(hour)) AS first, toUnixTimestamp(max(hour)) AS last
FROM prumo.profiles_hourly
WHERE model = {model:String} AND environment = {environment:String}
HAVING count() > 0
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 60
