-- Everything that could not be read, once.
CREATE OR REPLACE VIEW drover.rejected AS
SELECT *
FROM drover.rejected_rows FINAL;
