-- Turns blocks of unit intervals into rows.
DROP VIEW IF EXISTS drover.unit_interval_explode;

CREATE MATERIALIZED VIEW drover.unit_interval_explode TO drover.unit_interval_rows AS
SELECT
  program_id,
  unit_id,
  unit_kind,
  device_id,
  channel,
  source,
  event_ids,
  step_s,
  revision,
  fromUnixTimestamp64Milli(start_ms + toInt64(position) * step_s * 1000, 'UTC') AS start_at,
  wh,
  quality,
  coverage_permille,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.unit_interval_blocks
ARRAY JOIN
  whs AS wh,
  qualities AS quality,
  coverages_permille AS coverage_permille,
  range(length(whs)) AS position;
