-- One row per record of runtime.journal.
CREATE TABLE IF NOT EXISTS drover.journal_rows
(
  task LowCardinality(String) COMMENT 'Sub-topology and partition.',
  now_at DateTime64(3, 'UTC') COMMENT 'The time that every decision of the transaction saw.' CODEC(Delta(8), ZSTD(1)),
  code_version LowCardinality(String) COMMENT 'Version of the code.',
  step_kinds Array(LowCardinality(String)) COMMENT 'Steps in order.' CODEC(ZSTD(1)),
  step_topics Array(LowCardinality(String)) COMMENT 'Topic or question of each.' CODEC(ZSTD(1)),
  step_from_offsets Array(Int64) COMMENT 'First offset, or budget.' CODEC(ZSTD(1)),
  step_to_offsets Array(Int64) COMMENT 'Last offset.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(now_at)
ORDER BY (task, now_at, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
