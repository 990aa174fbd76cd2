-- One row per record of utility.events.
CREATE TABLE IF NOT EXISTS drover.utility_event_rows
(
  event_id String COMMENT 'Event.' CODEC(ZSTD(1)),
  revision Int32 COMMENT 'From 1.' CODEC(T64, ZSTD(1)),
  kind LowCardinality(String) COMMENT 'event, cancelled, hold, unhold, refused.',
  refusal Nullable(String) COMMENT 'With refused: why.',
  program_id LowCardinality(String) COMMENT 'Program; empty for a hold of everything.',
  vtn_id LowCardinality(String) COMMENT 'VTN or requester.',
  their_event_id String COMMENT 'Id of the VTN.' CODEC(ZSTD(1)),
  modification_number Int32 COMMENT 'As received; -1 = none.' CODEC(T64, ZSTD(1)),
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the first interval.' CODEC(Delta(8), ZSTD(1)),
  end_at DateTime64(3, 'UTC') COMMENT 'End of the last interval, exclusive.' CODEC(Delta(8), ZSTD(1)),
  open_ended Bool COMMENT 'True: renewed until cancelled.',
  interval_starts Array(DateTime64(3, 'UTC')) COMMENT 'Start of each interval.',
  interval_ends Array(DateTime64(3, 'UTC')) COMMENT 'End of each, exclusive.',
  interval_levels Array(String) COMMENT 'Level of each.',
  interval_values_w Array(Nullable(Int64)) COMMENT 'Explicit W of each.',
  target_kinds Array(LowCardinality(String)) COMMENT 'What each target names.',
  target_ids Array(Array(String)) COMMENT 'Ids of each target.',
  test LowCardinality(String) COMMENT 'none, drill, performanceTest.',
  rank Int32 COMMENT 'Lower wins.' CODEC(T64, ZSTD(1)),
  target_w Nullable(Int64) COMMENT 'Reduction wanted, W.' CODEC(ZSTD(1)),
  received_at DateTime64(3, 'UTC') COMMENT 'Receipt of the signal.' CODEC(Delta(8), ZSTD(1)),
  signal_topic LowCardinality(String) COMMENT 'Topic of the signal or request; empty = none.',
  signal_partition Int32 COMMENT 'Its partition.' CODEC(T64, ZSTD(1)),
  signal_offset Int64 COMMENT 'Its offset.' CODEC(T64, ZSTD(1)),
  opt LowCardinality(String) COMMENT 'Our answer: optIn, optOut; empty = none yet.',
  opt_cause LowCardinality(String) COMMENT 'What decided it.',
  opt_detail String COMMENT 'Who decided it and why.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (program_id, event_id, revision, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
