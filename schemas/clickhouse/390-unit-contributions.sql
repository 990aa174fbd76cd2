-- What each device, channel and source contributes to each unit and interval: the newest revision; coverage 0 says only that it belongs.
CREATE OR REPLACE VIEW drover.unit_contributions AS
SELECT *
FROM drover.unit_interval_values
ORDER BY program_id, unit_id, start_at, step_s, device_id, channel, source, (coverage_permille > 0) DESC, revision DESC, offset DESC, block_index DESC
LIMIT 1 BY program_id, unit_id, start_at, step_s, device_id, channel, source;
