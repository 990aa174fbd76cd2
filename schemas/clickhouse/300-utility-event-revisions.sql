-- Every revision of every event, once.
CREATE OR REPLACE VIEW drover.utility_event_revisions AS
SELECT *
FROM drover.utility_event_rows FINAL;
