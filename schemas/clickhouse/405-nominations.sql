-- Every nomination as it was received, once; those that came too late are here as well, and in drover.rejected with the reason.
CREATE OR REPLACE VIEW drover.nominations AS
SELECT *
FROM drover.nomination_rows FINAL;
