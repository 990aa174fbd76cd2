-- Takes records of telemetry.readings and keeps nothing.
CREATE OR REPLACE TABLE drover.reading_blocks
(
  device_id String,
  channel LowCardinality(String),
  source LowCardinality(String),
  kind LowCardinality(String),
  register LowCardinality(String),
  start_ms Int64,
  step_ms Int64,
  whs Array(Int64),
  qualities Array(LowCardinality(String)),
  source_code LowCardinality(String),
  raw_offset Int64,
  recorded_at DateTime64(3, 'UTC'),
  topic LowCardinality(String),
  partition UInt16,
  offset Int64
)
ENGINE = Null;
