-- Payment lines, the newest revision, with whom each is about.
-- The customer (extra.customerId of the device, else its site), the site and the groups are those effective at the start of the event; a resource
-- is its own group.
CREATE OR REPLACE VIEW drover.statement_lines AS
WITH
  accepted AS
  (
    SELECT changes.*
    FROM drover.enrollment_changes AS changes
    INNER JOIN
    (
      SELECT device_id, partition, change_offset
      FROM drover.enrollment_verdicts
      WHERE refusal IS NULL
    ) AS verdicts
      ON verdicts.device_id = changes.device_id AND verdicts.partition = changes.partition AND verdicts.change_offset = changes.offset
  ),
  sites AS
  (
    SELECT device_id, effective_from, argMax(assumeNotNull(site_id), offset) AS site
    FROM accepted
    WHERE site_id IS NOT NULL
    GROUP BY device_id, effective_from
  ),
  traits AS
  (
    SELECT device_id, effective_from, argMax((customer_id, groups), offset) AS trait
    FROM accepted
    WHERE rated_w IS NOT NULL
    GROUP BY device_id, effective_from
  )
SELECT
  lines.program_id AS program_id,
  lines.statement_id AS statement_id,
  substring(lines.statement_id, -7) AS month,
  lines.season_from AS season_from,
  lines.unit_id AS unit_id,
  lines.unit_kind AS unit_kind,
  if(traits.trait.1 != '', traits.trait.1, sites.site) AS customer_id,
  sites.site AS site_id,
  if(lines.unit_kind = 'resource', [lines.unit_id], traits.trait.2) AS groups,
  lines.event_id AS event_id,
  lines.start_at AS start_at,
  lines.revision AS revision,
  lines.result_revision AS result_revision,
  lines.reduction_wh AS reduction_wh,
  lines.nominated_wh AS nominated_wh,
  lines.shortfall_wh AS shortfall_wh,
  lines.energy_micro AS energy_micro,
  lines.penalty_micro AS penalty_micro,
  lines.energy_micro - lines.penalty_micro AS net_micro,
  lines.currency AS currency,
  lines.rounding AS rounding,
  lines.computed_at AS computed_at,
  lines.topic AS topic,
  lines.partition AS partition,
  lines.offset AS offset
FROM drover.statements AS lines
ASOF LEFT JOIN sites ON sites.device_id = lines.unit_id AND sites.effective_from <= lines.start_at
ASOF LEFT JOIN traits ON traits.device_id = lines.unit_id AND traits.effective_from <= lines.start_at;
