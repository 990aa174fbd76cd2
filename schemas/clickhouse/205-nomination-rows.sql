-- One row per record of settlement.nominations.
CREATE TABLE IF NOT EXISTS drover.nomination_rows
(
  program_id LowCardinality(String) COMMENT 'Program.',
  unit_id String COMMENT 'Unit.' CODEC(ZSTD(1)),
  from_at DateTime64(3, 'UTC') COMMENT 'First instant of the period.' CODEC(Delta(8), ZSTD(1)),
  until_at DateTime64(3, 'UTC') COMMENT 'End, exclusive.' CODEC(Delta(8), ZSTD(1)),
  nominated_w Int64 COMMENT 'Reduction promised, W.' CODEC(T64, ZSTD(1)),
  nomination_id String COMMENT 'Names it in evidence.' CODEC(ZSTD(1)),
  recorded_by String COMMENT 'Opaque id of who recorded it.' CODEC(ZSTD(1)),
  reason String COMMENT 'Why.' CODEC(ZSTD(1)),
  source Nullable(String) COMMENT 'File, or request.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (program_id, unit_id, from_at, until_at, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
