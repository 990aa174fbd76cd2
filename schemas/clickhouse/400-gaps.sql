-- Each gap as it stands: its newest revision.
CREATE OR REPLACE VIEW drover.gaps AS
SELECT *
FROM drover.gap_rows
ORDER BY device_id, gap_id, revision DESC, offset DESC
LIMIT 1 BY device_id, gap_id;
