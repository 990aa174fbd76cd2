-- Totals by customer and month, as statement_totals_by_unit; a resource has no customer.
CREATE OR REPLACE VIEW drover.statement_totals_by_customer AS
SELECT
  program_id,
  month,
  customer_id,
  currency,
  count() AS lines,
  uniqExact(line.event_id) AS events,
  sum(line.reduction_wh) AS reduction_wh,
  sum(line.nominated_wh) AS nominated_wh,
  sumIf(line.reduction_wh, isNotNull(line.nominated_wh)) / nullIf(sum(line.nominated_wh), 0) AS performance,
  sum(line.shortfall_wh) AS shortfall_wh,
  sum(line.energy_micro) AS energy_micro,
  sum(line.penalty_micro) AS penalty_micro,
  sum(line.net_micro) AS net_micro
FROM drover.statement_lines AS line
GROUP BY program_id, month, customer_id, currency;
