-- The registry: append only. Of several rows at one (stream, seq) the first stored counts.
CREATE TABLE IF NOT EXISTS prumo.registry_events
(
    stream String,
    seq UInt64,
    event_id String,
    type LowCardinality(String),
    payload String CODEC(ZSTD(1)),
    actor String,
    at DateTime64(3, 'UTC'),
    prev_hash String,
    hash String,
    stored_at DateTime64(9, 'UTC') DEFAULT now64(9)
)
ENGINE = MergeTree
ORDER BY (stream, seq, stored_at, event_id);
