-- Every reading, once. Add up kind register and withdrawn; of kind interval the last per interval counts.
CREATE OR REPLACE VIEW drover.readings AS
SELECT
  device_id,
  channel,
  source,
  kind,
  register,
  rows.start_at + toIntervalMillisecond(toInt64(position) * step_ms) AS start_at,
  step_ms,
  wh,
  toString(coded_quality) AS quality,
  source_code,
  raw_offset,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.reading_rows AS rows FINAL
ARRAY JOIN
  whs AS wh,
  qualities AS coded_quality,
  range(length(whs)) AS position;
