-- Each interval of each device, channel and source: the newest revision, whichever came last.
CREATE OR REPLACE VIEW drover.intervals AS
SELECT *
FROM drover.interval_rows
ORDER BY device_id, channel, start_at, step_s, source, revision DESC, offset DESC, block_index DESC
LIMIT 1 BY device_id, channel, start_at, step_s, source;
