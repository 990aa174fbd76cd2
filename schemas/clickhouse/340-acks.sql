-- Everything that connectors saw about commands, once.
CREATE OR REPLACE VIEW drover.acks AS
SELECT *
FROM drover.ack_rows FINAL;
