-- One row per judged field and window. The newest revision of a (model, version, environment, window, segment, reference) counts.
CREATE TABLE IF NOT EXISTS prumo.drift
(
    model LowCardinality(String),
    version LowCardinality(String),
    environment LowCardinality(String),
    segment LowCardinality(String),
    window_start DateTime64(3, 'UTC'),
    window_end DateTime64(3, 'UTC'),
    window_seconds UInt32,
    reference LowCardinality(String),
    field LowCardinality(String),
    role LowCardinality(String),
    prediction_label LowCardinality(String),
    type LowCardinality(String),
    rows Float64,
    profiled Float64,
    missing Float64,
    invalid Float64,
    unseen Float64,
    out_of_range Float64,
    psi Nullable(Float64),
    js Nullable(Float64),
    ks Nullable(Float64),
    wasserstein Nullable(Float64),
    wasserstein_normalized Nullable(Float64),
    hellinger Nullable(Float64),
    mean_shift Nullable(Float64),
    l_infinity Nullable(Float64),
    chi2 Nullable(Float64),
    statistic LowCardinality(String),
    value Float64,
    threshold Float64,
    n Float64,
    m Float64,
    overdispersion Nullable(Float64),
    p_value Nullable(Float64),
    q_value Nullable(Float64),
    impact_shift Nullable(Float64),
    impact_movement Nullable(Float64),
    impact_method LowCardinality(String),
    impact_low Nullable(Float64),
    impact_high Nullable(Float64),
    verdict LowCardinality(String),
    quality_share Nullable(Float64),
    reason String,
    judged_at DateTime64(3, 'UTC'),
    revision UInt32
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(window_start)
ORDER BY (model, environment, window_start, version, segment, reference, field);

-- Incidents of models; the newest revision of an id counts.
CREATE TABLE IF NOT EXISTS prumo.incidents
(
    id String,
    model LowCardinality(String),
    environment LowCardinality(String),
    kind LowCardinality(String),
    status LowCardinality(String),
    `from` DateTime64(3, 'UTC'),
    detected_at DateTime64(3, 'UTC'),
    closed_at Nullable(DateTime64(3, 'UTC')),
    members String CODEC(ZSTD(1)),
    revision UInt32,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (model, environment, id, revision);

-- Health of models over time; the newest row of a (model, environment) is its health now.
CREATE TABLE IF NOT EXISTS prumo.health
(
    model LowCardinality(String),
    environment LowCardinality(String),
    verdict LowCardinality(String),
    reason String,
    at DateTime64(3, 'UTC'),
    revision UInt32,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (model, environment, at, revision);
