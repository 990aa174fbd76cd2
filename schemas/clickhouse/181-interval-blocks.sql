-- Takes records of telemetry.intervals and keeps nothing.
CREATE OR REPLACE TABLE drover.interval_blocks
(
  device_id String,
  channel LowCardinality(String),
  source LowCardinality(String),
  step_s UInt32,
  revision UInt32,
  reason LowCardinality(String),
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
