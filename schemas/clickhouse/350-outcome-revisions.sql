-- Every revision of what became of commands, once.
CREATE OR REPLACE VIEW drover.outcome_revisions AS
SELECT *
FROM drover.outcome_rows FINAL;
