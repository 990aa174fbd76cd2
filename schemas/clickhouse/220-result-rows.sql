-- One row per interval and revision of each record of settlement.results.
CREATE TABLE IF NOT EXISTS drover.result_rows
(
  event_id String COMMENT 'Event.' CODEC(ZSTD(1)),
  unit_id String COMMENT 'Unit.' CODEC(ZSTD(1)),
  unit_kind LowCardinality(String) COMMENT 'What the unit is.',
  program_id LowCardinality(String) COMMENT 'Program.',
  revision Int32 COMMENT 'From 1.' CODEC(T64, ZSTD(1)),
  status LowCardinality(String) COMMENT 'How firm.',
  reason LowCardinality(String) COMMENT 'Why this revision.',
  baseline_revision Int32 COMMENT 'Baseline used; 0 = none.' CODEC(T64, ZSTD(1)),
  gap_wh Int64 COMMENT 'Energy of flagged gaps of the whole event, Wh.' CODEC(T64, ZSTD(1)),
  devices_left_out Int32 COMMENT 'Devices whose values did not come, and that count for nothing.' CODEC(T64, ZSTD(1)),
  no_baseline LowCardinality(Nullable(String)) COMMENT 'Why there is no baseline.',
  interval_offset Int64 COMMENT 'Last settlement.intervals offset that entered.' CODEC(T64, ZSTD(1)),
  computed_at DateTime64(3, 'UTC') COMMENT 'When.' CODEC(Delta(8), ZSTD(1)),
  step_s UInt32 COMMENT 'Length, seconds.' CODEC(T64, ZSTD(1)),
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the interval.' CODEC(Delta(8), ZSTD(1)),
  baseline_wh Nullable(Int64) COMMENT 'Baseline, Wh; null = none.' CODEC(ZSTD(1)),
  actual_wh Int64 COMMENT 'Metered, Wh; 0 where missing.' CODEC(T64, ZSTD(1)),
  reduction_wh Int64 COMMENT 'Delivered, Wh; 0 where it cannot be said.' CODEC(T64, ZSTD(1)),
  quality LowCardinality(String) COMMENT 'Of the actual value.',
  coverage_permille UInt16 COMMENT 'Coverage of the actual value, thousandths.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1)),
  block_index UInt16 COMMENT 'Place within the record, from 0.' CODEC(Delta(2), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (event_id, unit_id, start_at, revision, topic, partition, offset, block_index)
SETTINGS non_replicated_deduplication_window = 1000;
