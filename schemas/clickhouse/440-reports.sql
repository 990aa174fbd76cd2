-- Every report to a VTN and every try, once.
CREATE OR REPLACE VIEW drover.reports AS
SELECT *
FROM drover.report_rows FINAL;
