-- One row per prediction that a service kept for its label. Identity: (model, id, time); the newest arrival counts.
CREATE TABLE IF NOT EXISTS prumo.predictions
(
    model LowCardinality(String),
    version LowCardinality(String),
    sha256 LowCardinality(String),
    environment LowCardinality(String),
    id String CODEC(ZSTD(1)),
    id_hash UInt64,
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    segment LowCardinality(String),
    serving_role LowCardinality(String),
    score Float64,
    outputs String CODEC(ZSTD(1)),
    inputs String CODEC(ZSTD(1)),
    arrived_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (model, environment, id_hash, time)
SETTINGS non_replicated_deduplication_window = 10000;

-- Labels. Identity: (model, id), the newest by its own time, or by arrival where it has none; then the greater hash.
CREATE TABLE IF NOT EXISTS prumo.labels
(
    model LowCardinality(String),
    id String CODEC(ZSTD(1)),
    id_hash UInt64,
    label String CODEC(ZSTD(1)),
    time Nullable(DateTime64(9, 'UTC')),
    content_hash UInt64,
    arrived_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (model, id_hash, arrived_at)
SETTINGS non_replicated_deduplication_window = 10000;
