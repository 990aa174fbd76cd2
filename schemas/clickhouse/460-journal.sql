-- Every transaction of every task, once.
CREATE OR REPLACE VIEW drover.journal AS
SELECT *
FROM drover.journal_rows FINAL;
