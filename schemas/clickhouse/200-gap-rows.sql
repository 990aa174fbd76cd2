-- One row per record of telemetry.gaps.
CREATE TABLE IF NOT EXISTS drover.gap_rows
(
  device_id String COMMENT 'Device or meter.' CODEC(ZSTD(1)),
  gap_id String COMMENT 'Gap.' CODEC(ZSTD(1)),
  revision Int32 COMMENT 'From 1.' CODEC(T64, ZSTD(1)),
  channel LowCardinality(String) COMMENT 'What is missing.',
  from_at DateTime64(3, 'UTC') COMMENT 'First instant without a value.' CODEC(Delta(8), ZSTD(1)),
  until_at DateTime64(3, 'UTC') COMMENT 'End, exclusive.' CODEC(Delta(8), ZSTD(1)),
  status LowCardinality(String) COMMENT 'Where it stands.',
  energy_wh Nullable(Int64) COMMENT 'Energy between registers, Wh.' CODEC(ZSTD(1)),
  detected_at DateTime64(3, 'UTC') COMMENT 'When it was noticed.' CODEC(Delta(8), ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, gap_id, revision, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
