-- One row per record of settlement.statements.
CREATE TABLE IF NOT EXISTS drover.statement_rows
(
  program_id LowCardinality(String) COMMENT 'Program.',
  statement_id String COMMENT 'Program and period.' CODEC(ZSTD(1)),
  unit_id String COMMENT 'Unit.' CODEC(ZSTD(1)),
  event_id String COMMENT 'Event.' CODEC(ZSTD(1)),
  revision Int32 COMMENT 'From 1.' CODEC(T64, ZSTD(1)),
  result_revision Int32 COMMENT 'Result it rests on.' CODEC(T64, ZSTD(1)),
  reduction_wh Int64 COMMENT 'Settled reduction, Wh.' CODEC(T64, ZSTD(1)),
  nominated_wh Nullable(Int64) COMMENT 'Nominated, Wh.' CODEC(ZSTD(1)),
  energy_micro Int64 COMMENT 'Energy payment, millionths of currency.' CODEC(T64, ZSTD(1)),
  penalty_micro Int64 COMMENT 'Penalty, millionths of currency.' CODEC(T64, ZSTD(1)),
  currency LowCardinality(String) COMMENT 'ISO 4217.',
  unit_kind LowCardinality(String) COMMENT 'What the unit is.',
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the event.' CODEC(Delta(8), ZSTD(1)),
  season_from String COMMENT 'First local day of the season; empty = outside of every season.' CODEC(ZSTD(1)),
  shortfall_wh Nullable(Int64) COMMENT 'Nominated and not delivered, interval by interval, Wh.' CODEC(ZSTD(1)),
  rounding LowCardinality(String) COMMENT 'Rule by which Wh and money are rounded.',
  computed_at DateTime64(3, 'UTC') COMMENT 'When.' CODEC(Delta(8), ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (program_id, statement_id, unit_id, event_id, revision, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
