-- Migrations that the store has had.
SELECT number, name, checksum FROM prumo.migrations ORDER BY number
SETTINGS prefer_column_name_to_alias = 1, max_execution_time = 30
