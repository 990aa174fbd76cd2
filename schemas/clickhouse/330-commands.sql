-- Every command, once.
CREATE OR REPLACE VIEW drover.commands AS
SELECT *
FROM drover.command_rows FINAL;
