-- Each event as it stands: its newest revision; a refusal changes nothing, and is shown only where there is nothing else.
CREATE OR REPLACE VIEW drover.utility_events AS
SELECT *
FROM drover.utility_event_rows
ORDER BY program_id, event_id, kind = 'refused', revision DESC, offset DESC
LIMIT 1 BY program_id, event_id;
