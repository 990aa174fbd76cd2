-- Every verdict on a change, once.
CREATE OR REPLACE VIEW drover.enrollment_verdicts AS
SELECT *
FROM drover.enrollment_verdict_rows FINAL;
