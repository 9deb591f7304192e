-- Predictions carry the inputs that were sent along, `{}` where none were. Their identity is from here on (model, environment, id, time,
-- version, sha256, serving_role): a shadow that scores the row of a champion at the same instant does not replace it.
ALTER TABLE prumo.predictions
    ADD COLUMN IF NOT EXISTS inputs String DEFAULT '{}' CODEC(ZSTD(1)) AFTER outputs,
    ADD INDEX IF NOT EXISTS stored_at_minmax stored_at TYPE minmax GRANULARITY 1;

-- The join asks for what was stored since its last run.
ALTER TABLE prumo.labels ADD INDEX IF NOT EXISTS stored_at_minmax stored_at TYPE minmax GRANULARITY 1;

ALTER TABLE prumo.predictions MATERIALIZE INDEX stored_at_minmax;

ALTER TABLE prumo.labels MATERIALIZE INDEX stored_at_minmax;

-- Predictions with their labels: written by the join, only where something changed. Rows are only ever added. Of an identity
-- (model, environment, id, time, version, sha256, serving_role) the row of the newest joined_at counts, unless its source is empty: the
-- prediction has no label any more.
CREATE TABLE IF NOT EXISTS prumo.labeled
(
    model LowCardinality(String),
    environment LowCardinality(String),
    version LowCardinality(String),
    sha256 LowCardinality(String),
    serving_role LowCardinality(String),
    segment LowCardinality(String),
    id String CODEC(ZSTD(1)),
    time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    score Nullable(Float64),
    outputs String CODEC(ZSTD(1)),
    inputs String CODEC(ZSTD(1)),
    weight Float64,
    label LowCardinality(String),
    source LowCardinality(String),
    label_time Nullable(DateTime64(3, 'UTC')),
    label_arrived_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    corrections UInt32,
    joined_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    joined_through DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX joined_at_minmax joined_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (model, time, id);

-- One row per metric of a judged window. Of a (model, version, environment, serving_role, window, segment, kind) the greatest revision counts, as
-- a whole; of equal revisions the newest judged_at.
CREATE TABLE IF NOT EXISTS prumo.performance
(
    model LowCardinality(String),
    version LowCardinality(String),
    environment LowCardinality(String),
    segment LowCardinality(String),
    window_start DateTime64(3, 'UTC'),
    window_end DateTime64(3, 'UTC'),
    window_seconds UInt32,
    kind LowCardinality(String),
    serving_role LowCardinality(String),
    metric LowCardinality(String),
    value Nullable(Float64),
    low Nullable(Float64),
    high Nullable(Float64),
    expected Nullable(Float64),
    lower_limit Nullable(Float64),
    upper_limit Nullable(Float64),
    strength Float64,
    verdict LowCardinality(String),
    is_primary UInt8,
    reason String,
    rows Float64,
    labels Float64,
    coverage Nullable(Float64),
    mature UInt8,
    summary String CODEC(ZSTD(1)),
    judged_at DateTime64(3, 'UTC'),
    revision UInt32
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(window_start)
ORDER BY (model, environment, window_start, kind, version, segment, metric);
