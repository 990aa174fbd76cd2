-- Takes records of settlement.results and keeps nothing.
CREATE OR REPLACE TABLE drover.result_blocks
(
  event_id String,
  unit_id String,
  unit_kind LowCardinality(String),
  program_id LowCardinality(String),
  revision Int32,
  status LowCardinality(String),
  reason LowCardinality(String),
  baseline_revision Int32,
  gap_wh Int64,
  devices_left_out Int32,
  no_baseline LowCardinality(Nullable(String)),
  interval_offset Int64,
  computed_at DateTime64(3, 'UTC'),
  step_s UInt32,
  start_ms Int64,
  baselines_wh Array(Nullable(Int64)),
  actuals_wh Array(Int64),
  reductions_wh Array(Int64),
  qualities Array(LowCardinality(String)),
  coverages_permille Array(UInt16),
  recorded_at DateTime64(3, 'UTC'),
  topic LowCardinality(String),
  partition UInt16,
  offset Int64
)
ENGINE = Null;
