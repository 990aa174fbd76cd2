-- One row per record of utility.reports.
CREATE TABLE IF NOT EXISTS drover.report_rows
(
  vtn_id LowCardinality(String) COMMENT 'VTN.',
  report_id String COMMENT 'Report.' CODEC(ZSTD(1)),
  attempt Int32 COMMENT 'Tries so far.' CODEC(T64, ZSTD(1)),
  report_request_id String COMMENT 'Request that it answers.' CODEC(ZSTD(1)),
  report_specifier_id String COMMENT 'Specifier.' CODEC(ZSTD(1)),
  report_name LowCardinality(String) COMMENT 'Name.',
  event_id Nullable(String) COMMENT 'Event.',
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the first interval.' CODEC(Delta(8), ZSTD(1)),
  step_s UInt32 COMMENT 'Interval, seconds.',
  point_ids Array(String) COMMENT 'rID of each data point.',
  point_values Array(Array(Int64)) COMMENT 'Values of each point, Wh.' CODEC(ZSTD(1)),
  status LowCardinality(String) COMMENT 'How far it came.',
  detail String COMMENT 'Answer of the VTN.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (vtn_id, report_id, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
