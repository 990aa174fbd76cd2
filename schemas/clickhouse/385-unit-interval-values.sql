-- Every interval of every record of settlement.intervals.
-- Conditions on block_at, the start of the record, no more than a day before, find intervals by the primary key.
CREATE OR REPLACE VIEW drover.unit_interval_values AS
SELECT
  program_id,
  unit_id,
  unit_kind,
  device_id,
  channel,
  source,
  event_ids,
  rows.start_at AS block_at,
  rows.start_at + toIntervalSecond(toInt64(position) * step_s) AS start_at,
  step_s,
  revision,
  wh,
  toString(coded_quality) AS quality,
  coverage_permille,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.unit_interval_rows AS rows
ARRAY JOIN
  whs AS wh,
  qualities AS coded_quality,
  coverages_permille AS coverage_permille,
  range(length(whs)) AS position;
