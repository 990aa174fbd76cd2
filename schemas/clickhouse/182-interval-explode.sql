-- Turns blocks of intervals into rows.
DROP VIEW IF EXISTS drover.interval_explode;

CREATE MATERIALIZED VIEW drover.interval_explode TO drover.interval_rows AS
SELECT
  device_id,
  channel,
  source,
  step_s,
  revision,
  reason,
  fromUnixTimestamp64Milli(start_ms + toInt64(position) * step_s * 1000, 'UTC') AS start_at,
  wh,
  quality,
  coverage_permille,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.interval_blocks
ARRAY JOIN
  whs AS wh,
  qualities AS quality,
  coverages_permille AS coverage_permille,
  range(length(whs)) AS position;
