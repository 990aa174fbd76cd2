-- One row per record of dispatch.commands.*, without the payload.
CREATE TABLE IF NOT EXISTS drover.command_rows
(
  device_id String COMMENT 'Device.' CODEC(ZSTD(1)),
  seq Int64 COMMENT 'Increases per device.' CODEC(T64, ZSTD(1)),
  command_id String COMMENT 'Hash of device and seq.' CODEC(ZSTD(1)),
  protocol LowCardinality(String) COMMENT 'Protocol, from the topic.',
  issued_at DateTime64(3, 'UTC') COMMENT 'Time of the transaction.' CODEC(Delta(8), ZSTD(1)),
  expires_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Not to be applied after; null = a release.' CODEC(ZSTD(1)),
  event_ids Array(String) COMMENT 'Events of its segments; empty = release.',
  segment_starts Array(DateTime64(3, 'UTC')) COMMENT 'Start of each segment.',
  segment_ends Array(DateTime64(3, 'UTC')) COMMENT 'End of each, exclusive.',
  segment_levels Array(LowCardinality(String)) COMMENT 'Level of each.',
  segment_limits_w Array(Int64) COMMENT 'Limit of each, W.',
  segment_event_ids Array(String) COMMENT 'Event of each.',
  test LowCardinality(String) COMMENT 'none, drill, performanceTest.',
  payload_hash String COMMENT 'Content hash of the payload.' CODEC(ZSTD(1)),
  payload_bytes UInt32 COMMENT 'Size of the payload.',
  called_w Int64 COMMENT 'Power called on, W.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, seq, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
