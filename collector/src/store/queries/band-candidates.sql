-- Whether any prediction of a band has to be looked at.
SELECT count() AS predictions
FROM (SELECT 1 FROM ({{join-band-ids}}) LIMIT 1)
SETTINGS max_execution_time = 300, output_format_json_quote_64bit_integers = 0
