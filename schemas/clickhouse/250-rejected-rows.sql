-- One row per record of rejected, without the bytes.
CREATE TABLE IF NOT EXISTS drover.rejected_rows
(
  rejected_topic LowCardinality(String) COMMENT 'Topic it was read from.',
  rejected_partition Int32 COMMENT 'Partition; -1 = not from the log.' CODEC(T64, ZSTD(1)),
  rejected_offset Int64 COMMENT 'Offset; -1 = not from the log.' CODEC(T64, ZSTD(1)),
  place String COMMENT 'File and line, or path.' CODEC(ZSTD(1)),
  reason LowCardinality(String) COMMENT 'Why.',
  detail String COMMENT 'Which field, and what to do.' CODEC(ZSTD(1)),
  rejected_by LowCardinality(String) COMMENT 'Who could not read it.',
  value_bytes UInt32 COMMENT 'Size of the bytes.',
  rejected_at DateTime64(3, 'UTC') COMMENT 'When.' CODEC(Delta(8), ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (rejected_topic, rejected_at, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
