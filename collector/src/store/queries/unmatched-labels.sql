-- Labels, each id once, without a prediction; those without a model also where several models have the id.
SELECT
    (
        SELECT count()
        FROM (SELECT DISTINCT model, prediction_id FROM prumo.labels WHERE model != '')
        WHERE (model, prediction_id) NOT IN
        (
            SELECT model, id FROM prumo.predictions WHERE id IN (SELECT prediction_id FROM prumo.labels WHERE model != '')
        )
    ) + (
        SELECT count()
        FROM (SELECT DISTINCT prediction_id FROM prumo.labels WHERE model = '')
        WHERE prediction_id NOT IN
        (
            SELECT id
            FROM prumo.predictions
            WHERE id IN (SELECT prediction_id FROM prumo.labels WHERE model = '')
            GROUP BY id
            HAVING uniqExact(model) = 1
        )
    ) AS labels
SETTINGS max_execution_time = 60, output_format_json_quote_64bit_integers = 0
