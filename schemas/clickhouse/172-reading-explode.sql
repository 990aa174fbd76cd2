-- Turns blocks of readings into rows.
DROP VIEW IF EXISTS drover.reading_explode;

CREATE MATERIALIZED VIEW drover.reading_explode TO drover.reading_rows AS
SELECT
  device_id,
  channel,
  source,
  kind,
  register,
  step_ms,
  fromUnixTimestamp64Milli(start_ms + toInt64(position) * step_ms, 'UTC') AS start_at,
  wh,
  quality,
  source_code,
  raw_offset,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.reading_blocks
ARRAY JOIN
  whs AS wh,
  qualities AS quality,
  range(length(whs)) AS position;
