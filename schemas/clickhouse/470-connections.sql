-- Connections opened and closed, once.
CREATE OR REPLACE VIEW drover.connections AS
SELECT *
FROM drover.connection_rows FINAL;
