-- Each interval of each device, channel and source: the newest revision, whichever came last.
CREATE OR REPLACE VIEW drover.intervals AS
SELECT
  device_id,
  channel,
  source,
  rows.start_at + toIntervalSecond(toInt64(position) * step_s) AS start_at,
  step_s,
  revision,
  reason,
  wh,
  toString(coded_quality) AS quality,
  coverage_permille,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.interval_rows AS rows
ARRAY JOIN
  whs AS wh,
  qualities AS coded_quality,
  coverages_permille AS coverage_permille,
  range(length(whs)) AS position
ORDER BY device_id, channel, start_at, step_s, source, revision DESC, offset DESC, block_index DESC
LIMIT 1 BY device_id, channel, start_at, step_s, source;
