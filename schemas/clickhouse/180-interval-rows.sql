-- One row per record of telemetry.intervals: neighbouring intervals.
CREATE TABLE IF NOT EXISTS drover.interval_rows
(
  device_id String COMMENT 'Device or meter.' CODEC(ZSTD(1)),
  channel LowCardinality(String) COMMENT 'What was measured.',
  source LowCardinality(String) COMMENT 'Where from.',
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the first one.' CODEC(Delta(8), ZSTD(1)),
  step_s UInt32 COMMENT 'Length of each, seconds.' CODEC(T64, ZSTD(1)),
  revision UInt32 COMMENT 'Greatest of the block; later ones replace earlier ones.' CODEC(T64, ZSTD(1)),
  reason LowCardinality(String) COMMENT 'Why this revision.',
  whs Array(Int64) COMMENT 'Energies, Wh.' CODEC(T64, ZSTD(1)),
  qualities Array(Enum8('measured' = 0, 'estimated' = 1, 'modelled' = 2, 'edited' = 3, 'missing' = 4)) COMMENT 'Worst quality that went into each.' CODEC(ZSTD(1)),
  coverages_permille Array(UInt16) COMMENT 'Share of each that readings cover, thousandths.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(start_at)
ORDER BY (device_id, channel, start_at, step_s, source, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
