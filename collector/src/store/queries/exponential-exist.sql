-- Whether a question meets exponential histograms: most do not, and adding those up is the larger part of the work.
SELECT 1 AS one
FROM prumo.{table:Identifier}
WHERE ({model:String} = '' OR model = {model:String})
    AND ({environment:String} = '' OR environment = {environment:String})
    AND {column:Identifier} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND {column:Identifier} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND kind = 'exponential'
LIMIT 1
SETTINGS max_execution_time = 60
