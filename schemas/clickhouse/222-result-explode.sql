-- Turns records of results into one row per interval.
DROP VIEW IF EXISTS drover.result_explode;

CREATE MATERIALIZED VIEW drover.result_explode TO drover.result_rows AS
SELECT
  event_id,
  unit_id,
  unit_kind,
  program_id,
  revision,
  status,
  reason,
  baseline_revision,
  gap_wh,
  devices_left_out,
  no_baseline,
  interval_offset,
  computed_at,
  step_s,
  fromUnixTimestamp64Milli(start_ms + toInt64(position) * step_s * 1000, 'UTC') AS start_at,
  actual_wh,
  baseline_wh,
  reduction_wh,
  quality,
  coverage_permille,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.result_blocks
ARRAY JOIN
  actuals_wh AS actual_wh,
  baselines_wh AS baseline_wh,
  reductions_wh AS reduction_wh,
  qualities AS quality,
  coverages_permille AS coverage_permille,
  range(length(actuals_wh)) AS position;
