-- Baseline against actual of each unit and interval: the newest revision.
CREATE OR REPLACE VIEW drover.results AS
SELECT *
FROM drover.result_rows
ORDER BY event_id, unit_id, start_at, revision DESC, offset DESC
LIMIT 1 BY event_id, unit_id, start_at;
