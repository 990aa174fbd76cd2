-- Takes records of settlement.intervals and keeps nothing.
CREATE OR REPLACE TABLE drover.unit_interval_blocks
(
  program_id LowCardinality(String),
  unit_id String,
  unit_kind LowCardinality(String),
  device_id String,
  channel LowCardinality(String),
  source LowCardinality(String),
  event_ids Array(String),
  step_s UInt32,
  revision UInt32,
  start_ms Int64,
  whs Array(Int64),
  qualities Array(LowCardinality(String)),
  coverages_permille Array(UInt16),
  recorded_at DateTime64(3, 'UTC'),
  topic LowCardinality(String),
  partition UInt16,
  offset Int64
)
ENGINE = Null;
