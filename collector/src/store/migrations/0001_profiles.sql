-- Points as they came, one row per OTLP point; `profiles` is read without repeats (see queries/minute-points.sql).
CREATE TABLE IF NOT EXISTS prumo.profiles
(
    model LowCardinality(String),
    version LowCardinality(String),
    sha256 LowCardinality(String),
    environment LowCardinality(String),
    service LowCardinality(String),
    instance LowCardinality(String),
    metric LowCardinality(String),
    kind LowCardinality(String),
    field LowCardinality(String),
    role LowCardinality(String),
    category LowCardinality(String),
    prediction_label LowCardinality(String),
    segment LowCardinality(String),
    serving_role LowCardinality(String),
    layout LowCardinality(String),
    sampling UInt8,
    start DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    end DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    count UInt64 CODEC(T64, ZSTD(1)),
    sum Float64,
    min Float64,
    max Float64,
    counts Array(UInt32) CODEC(T64, ZSTD(1)),
    bounds Array(Float64) CODEC(ZSTD(1)),
    scale Int8,
    zero_count UInt64 CODEC(T64, ZSTD(1)),
    positive_offset Int32,
    negative_offset Int32,
    negative_counts Array(UInt32) CODEC(T64, ZSTD(1)),
    series UInt64,
    arrived_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX stored_at_range stored_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(start)
ORDER BY (model, environment, toStartOfHour(start), metric, field, version, series, start)
SETTINGS non_replicated_deduplication_window = 10000;

-- Points summed by hour, without instance. Of a whole (model, environment, hour) the newest revision counts; of a revision
-- that was written twice, one run.
CREATE TABLE IF NOT EXISTS prumo.profiles_hourly
(
    model LowCardinality(String),
    version LowCardinality(String),
    sha256 LowCardinality(String),
    environment LowCardinality(String),
    hour DateTime('UTC'),
    metric LowCardinality(String),
    kind LowCardinality(String),
    field LowCardinality(String),
    role LowCardinality(String),
    category LowCardinality(String),
    prediction_label LowCardinality(String),
    segment LowCardinality(String),
    serving_role LowCardinality(String),
    layout LowCardinality(String),
    sampling UInt8,
    count UInt64 CODEC(T64, ZSTD(1)),
    sum Float64,
    min Float64,
    max Float64,
    counts Array(UInt64) CODEC(T64, ZSTD(1)),
    bounds Array(Float64) CODEC(ZSTD(1)),
    scale Int8,
    zero_count UInt64 CODEC(T64, ZSTD(1)),
    positive_offset Int32,
    negative_offset Int32,
    negative_counts Array(UInt64) CODEC(T64, ZSTD(1)),
    points UInt64 CODEC(T64, ZSTD(1)),
    revision UInt64,
    run UInt64,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (model, environment, hour, metric, field, version);
