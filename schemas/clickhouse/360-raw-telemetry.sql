-- Where each raw body stands, once.
CREATE OR REPLACE VIEW drover.raw_telemetry AS
SELECT *
FROM drover.raw_telemetry_rows FINAL;
