-- One row per record of dispatch.outcomes.
CREATE TABLE IF NOT EXISTS drover.outcome_rows
(
  device_id String COMMENT 'Device.' CODEC(ZSTD(1)),
  command_id String COMMENT 'Command.' CODEC(ZSTD(1)),
  revision Int32 COMMENT 'From 1.' CODEC(T64, ZSTD(1)),
  seq Int64 COMMENT 'Its seq.' CODEC(T64, ZSTD(1)),
  event_ids Array(String) COMMENT 'Events of its segments.',
  outcome LowCardinality(String) COMMENT 'What became of it.',
  decided_at DateTime64(3, 'UTC') COMMENT 'When it was decided.' CODEC(Delta(8), ZSTD(1)),
  limited_w Int64 COMMENT 'Power it called on, W.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, command_id, revision, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
