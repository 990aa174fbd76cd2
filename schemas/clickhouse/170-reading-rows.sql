-- One row per value of each record of telemetry.readings.
CREATE TABLE IF NOT EXISTS drover.reading_rows
(
  device_id String COMMENT 'Device or meter.' CODEC(ZSTD(1)),
  channel LowCardinality(String) COMMENT 'What was measured.',
  source LowCardinality(String) COMMENT 'Where from.',
  kind LowCardinality(String) COMMENT 'interval, register, withdrawn.',
  register LowCardinality(String) COMMENT 'Register within the device; empty = all of it.',
  start_at DateTime64(3, 'UTC') COMMENT 'Start.' CODEC(Delta(8), ZSTD(1)),
  step_ms Int64 COMMENT 'Length, ms.' CODEC(T64, ZSTD(1)),
  wh Int64 COMMENT 'Energy, Wh.' CODEC(T64, ZSTD(1)),
  quality LowCardinality(String) COMMENT 'Quality.',
  source_code LowCardinality(String) COMMENT 'Quality code of the source, verbatim.',
  raw_offset Int64 COMMENT 'Offset of the raw record.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1)),
  block_index UInt16 COMMENT 'Place within the record, from 0.' CODEC(Delta(2), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(start_at)
ORDER BY (device_id, channel, start_at, step_ms, topic, partition, offset, block_index)
SETTINGS non_replicated_deduplication_window = 1000;
