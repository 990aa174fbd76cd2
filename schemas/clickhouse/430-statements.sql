-- Payment lines: the newest revision.
CREATE OR REPLACE VIEW drover.statements AS
SELECT *
FROM drover.statement_rows
ORDER BY program_id, statement_id, unit_id, event_id, revision DESC, offset DESC
LIMIT 1 BY program_id, statement_id, unit_id, event_id;
