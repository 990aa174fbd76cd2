-- One row per record of enrollment.verdicts.
CREATE TABLE IF NOT EXISTS drover.enrollment_verdict_rows
(
  device_id String COMMENT 'Device.' CODEC(ZSTD(1)),
  change_id String COMMENT 'The change.' CODEC(ZSTD(1)),
  change_offset Int64 COMMENT 'Its offset on enrollment.changes.' CODEC(T64, ZSTD(1)),
  refusal LowCardinality(Nullable(String)) COMMENT 'Why refused; null = accepted.',
  detail String COMMENT 'Which field and why.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
