-- One row per record of settlement.baselines.
CREATE TABLE IF NOT EXISTS drover.baseline_rows
(
  event_id String COMMENT 'Event.' CODEC(ZSTD(1)),
  unit_id String COMMENT 'Unit.' CODEC(ZSTD(1)),
  program_id LowCardinality(String) COMMENT 'Program.',
  revision Int32 COMMENT 'From 1.' CODEC(T64, ZSTD(1)),
  method LowCardinality(String) COMMENT 'Name of the method.',
  method_hash LowCardinality(String) COMMENT 'Hash of its parameters.',
  input_hash String COMMENT 'Hash of the values used.' CODEC(ZSTD(1)),
  history_partition Int32 COMMENT 'Partition of settlement.intervals that was read.' CODEC(T64, ZSTD(1)),
  history_offset Int64 COMMENT 'Last offset that was read.' CODEC(T64, ZSTD(1)),
  days_used Array(String) COMMENT 'Days averaged, latest first.' CODEC(ZSTD(1)),
  days_left_out Array(String) COMMENT 'Days not used.' CODEC(ZSTD(1)),
  left_out_reasons Array(LowCardinality(String)) COMMENT 'Why, per day.' CODEC(ZSTD(1)),
  adjustment_numerator String COMMENT 'Raw ratio: numerator.' CODEC(ZSTD(1)),
  adjustment_denominator String COMMENT 'Denominator; 0 = no adjustment.' CODEC(ZSTD(1)),
  adjustment_capped Bool COMMENT 'True: the cap was applied.',
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the first interval.' CODEC(Delta(8), ZSTD(1)),
  step_s UInt32 COMMENT 'Length of each, seconds.',
  unadjusted_wh Array(Int64) COMMENT 'Before adjustment, Wh.' CODEC(ZSTD(1)),
  baseline_wh Array(Int64) COMMENT 'After adjustment, Wh; empty = none.' CODEC(ZSTD(1)),
  no_baseline LowCardinality(Nullable(String)) COMMENT 'Why there is none.',
  frozen_at DateTime64(3, 'UTC') COMMENT 'When it was frozen.' CODEC(Delta(8), ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (event_id, unit_id, revision, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
