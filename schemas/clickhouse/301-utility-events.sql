-- Each event as it stands: its newest revision.
CREATE OR REPLACE VIEW drover.utility_events AS
SELECT *
FROM drover.utility_event_rows
ORDER BY program_id, event_id, revision DESC, offset DESC
LIMIT 1 BY program_id, event_id;
