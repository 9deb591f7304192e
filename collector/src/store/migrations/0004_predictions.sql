-- One row per prediction that was kept for its label. Identity: (model, id, time). Rows are only ever added: the same
-- prediction sent again, by a repeated backfill say, is one more row. A reader takes one row per identity, the newest by
-- arrival and of equal arrivals the one whose content has the greater hash (queries/newest-predictions.sql), so that
-- repeats and the order in which rows come change nothing.
CREATE TABLE IF NOT EXISTS prumo.predictions
(
    model LowCardinality(String),
    version LowCardinality(String),
    sha256 LowCardinality(String),
    environment LowCardinality(String),
    segment LowCardinality(String),
    serving_role LowCardinality(String),
    id String CODEC(ZSTD(1)),
    time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    score Nullable(Float64),
    outputs String CODEC(ZSTD(1)),
    weight Float64,
    arrived_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (model, time, id)
SETTINGS non_replicated_deduplication_window = 10000;

-- Labels. Identity: (model, id); the model is empty where the sender did not name one. Rows are only ever added. A reader
-- takes one row per identity: the newest by its own time, or by arrival where it has none; of equal times the one whose
-- content has the greater hash (queries/newest-labels.sql).
CREATE TABLE IF NOT EXISTS prumo.labels
(
    model LowCardinality(String),
    prediction_id String CODEC(ZSTD(1)),
    label String CODEC(ZSTD(1)),
    time Nullable(DateTime64(3, 'UTC')),
    arrived_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (model, prediction_id, arrived_at)
SETTINGS non_replicated_deduplication_window = 10000;
