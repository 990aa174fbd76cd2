-- The newest decision about each device and event.
CREATE OR REPLACE VIEW drover.latest_decisions AS
SELECT *
FROM drover.decision_rows
ORDER BY event_id, device_id, offset DESC, block_index DESC
LIMIT 1 BY event_id, device_id;
