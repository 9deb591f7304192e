-- Rows, bytes on disk and parts of every table.
SELECT
    tables.name AS table, sum(parts.rows) AS rows, sum(parts.bytes_on_disk) AS bytes, countIf(parts.name != '') AS parts
FROM system.tables AS tables
LEFT JOIN (SELECT * FROM system.parts WHERE database = 'prumo' AND active) AS parts ON parts.table = tables.name
WHERE tables.database = 'prumo'
GROUP BY tables.name
ORDER BY tables.name
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 30, output_format_json_quote_64bit_integers = 0
