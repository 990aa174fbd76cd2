-- One row per record of telemetry.readings: the values of neighbouring intervals.
CREATE TABLE IF NOT EXISTS drover.reading_rows
(
  device_id String COMMENT 'Device or meter.' CODEC(ZSTD(1)),
  channel LowCardinality(String) COMMENT 'What was measured.',
  source LowCardinality(String) COMMENT 'Where from.',
  kind LowCardinality(String) COMMENT 'interval, register, withdrawn.',
  register LowCardinality(String) COMMENT 'Register within the device; empty = all of it.',
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the first value.' CODEC(Delta(8), ZSTD(1)),
  step_ms Int64 COMMENT 'Length of each, ms.' CODEC(T64, ZSTD(1)),
  whs Array(Int64) COMMENT 'Energies, Wh.' CODEC(T64, ZSTD(1)),
  qualities Array(Enum8('measured' = 0, 'estimated' = 1, 'modelled' = 2, 'edited' = 3, 'missing' = 4)) COMMENT 'Their qualities.' CODEC(ZSTD(1)),
  source_code LowCardinality(String) COMMENT 'Quality code of the source, verbatim.',
  raw_offset Int64 COMMENT 'Offset of the raw record.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(start_at)
ORDER BY (device_id, channel, start_at, step_ms, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
