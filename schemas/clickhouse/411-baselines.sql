-- The newest baseline of each unit and event.
CREATE OR REPLACE VIEW drover.baselines AS
SELECT *
FROM drover.baseline_rows
ORDER BY event_id, unit_id, revision DESC, offset DESC
LIMIT 1 BY event_id, unit_id;
