-- Every frozen baseline, once.
CREATE OR REPLACE VIEW drover.baseline_revisions AS
SELECT *
FROM drover.baseline_rows FINAL;
