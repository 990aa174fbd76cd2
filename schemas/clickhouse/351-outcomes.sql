-- What became of each command: the newest revision.
CREATE OR REPLACE VIEW drover.outcomes AS
SELECT *
FROM drover.outcome_rows
ORDER BY device_id, command_id, revision DESC, offset DESC
LIMIT 1 BY device_id, command_id;
