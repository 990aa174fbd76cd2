-- Every revision of every interval of results, once.
CREATE OR REPLACE VIEW drover.result_revisions AS
SELECT *
FROM drover.result_rows FINAL;
