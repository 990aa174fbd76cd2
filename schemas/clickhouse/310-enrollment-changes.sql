-- Every fact about devices, once.
CREATE OR REPLACE VIEW drover.enrollment_changes AS
SELECT *
FROM drover.enrollment_change_rows FINAL;
