-- Every decision about a device and an event, once; several where it was planned again.
CREATE OR REPLACE VIEW drover.decisions AS
SELECT *
FROM drover.decision_rows FINAL;
