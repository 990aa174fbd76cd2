-- Ten-of-ten baselines with a capped factor, worked out again from unit intervals by other means than settlement's, and the difference in Wh.
-- SELECT * FROM recomputed_baselines(event = '…', zone = 'America/Los_Angeles', holidays = ['2025-07-04'], excluded = [], days = 10,
--   least_days = 5, window_from_s = -14400, window_until_s = -3600, least_permille = 800, greatest_permille = 1200)
-- excluded: local days that no unit may use; those of other events of a unit are left out in any case. Rows without recomputed_wh are
-- those that this view cannot judge: events over midnight, contributions on another step than the program's, too few days. Of a resource
-- that had devices left out (results.devices_left_out) it counts these all the same, so that the difference shows what they are.
CREATE OR REPLACE VIEW drover.recomputed_baselines AS
WITH
  frozen AS
  (
    SELECT
      baselines.unit_id AS unit_id,
      baselines.program_id AS program_id,
      baselines.step_s AS step_s,
      baselines.history_partition AS history_partition,
      baselines.history_offset AS history_offset,
      baselines.baseline_wh AS settled_wh,
      baselines.start_at AS event_start_at,
      toDate(toTimeZone(baselines.start_at, {zone:String})) AS event_day,
      toHour(toTimeZone(baselines.start_at, {zone:String})) * 3600 + toMinute(toTimeZone(baselines.start_at, {zone:String})) * 60 AS event_from_s,
      event_from_s + dateDiff('second', baselines.start_at, utility_events.end_at) AS event_until_s
    FROM drover.baselines
    INNER JOIN drover.utility_events ON utility_events.event_id = baselines.event_id
    WHERE baselines.event_id = {event:String} AND event_until_s <= 86400
  ),
  contributions AS
  (
    SELECT unit_id, device_id, source, channel, start_at, wh, coverage_permille
    FROM
    (
      SELECT
        rows.unit_id AS unit_id,
        rows.device_id AS device_id,
        rows.source AS source,
        rows.channel AS channel,
        rows.start_at AS start_at,
        rows.wh AS wh,
        rows.coverage_permille AS coverage_permille,
        row_number() OVER (
          PARTITION BY rows.unit_id, rows.device_id, rows.source, rows.channel, rows.start_at
          ORDER BY rows.revision DESC, rows.offset DESC, rows.block_index DESC
        ) AS age
      FROM drover.unit_interval_values AS rows
      INNER JOIN frozen ON frozen.unit_id = rows.unit_id AND frozen.step_s = rows.step_s AND frozen.history_partition = rows.partition
      WHERE rows.program_id IN ('', frozen.program_id) AND rows.offset <= frozen.history_offset AND rows.coverage_permille > 0
        AND rows.start_at >= frozen.event_start_at - INTERVAL 47 DAY AND rows.start_at < frozen.event_start_at + INTERVAL 1 DAY
    )
    WHERE age = 1
  ),
  by_source AS
  (
    SELECT
      unit_id,
      device_id,
      source,
      start_at,
      if(countIf(channel = 'net') > 0, sumIf(wh, channel = 'net'), sum(wh)) AS source_wh,
      if(countIf(channel = 'net') > 0, minIf(coverage_permille, channel = 'net'), min(coverage_permille)) AS covered
    FROM contributions
    GROUP BY unit_id, device_id, source, start_at
  ),
  energies AS
  (
    SELECT unit_id, start_at, sum(device_wh) AS unit_wh, min(device_covered) AS unit_covered
    FROM
    (
      SELECT unit_id, device_id, start_at, argMax(source_wh, covered) AS device_wh, max(covered) AS device_covered
      FROM by_source
      GROUP BY unit_id, device_id, start_at
    )
    GROUP BY unit_id, start_at
  ),
  whole AS
  (
    SELECT
      energies.unit_id AS unit_id,
      energies.unit_wh AS unit_wh,
      toDate(toTimeZone(energies.start_at, {zone:String})) AS day,
      toHour(toTimeZone(energies.start_at, {zone:String})) * 3600 + toMinute(toTimeZone(energies.start_at, {zone:String})) * 60 AS clock_s,
      frozen.event_day AS event_day,
      clock_s >= event_from_s AND clock_s < event_until_s AS in_event,
      clock_s >= event_from_s + {window_from_s:Int64} AND clock_s < event_from_s + {window_until_s:Int64} AS in_window,
      intDiv(event_until_s - event_from_s, step_s) AS event_slots,
      intDiv({window_until_s:Int64} - {window_from_s:Int64}, step_s) AS window_slots
    FROM energies
    INNER JOIN frozen ON frozen.unit_id = energies.unit_id
    WHERE energies.unit_covered = 1000
  ),
  other_event_days AS
  (
    SELECT DISTINCT baselines.unit_id AS unit_id, toDate(toTimeZone(baselines.start_at, {zone:String})) AS day
    FROM drover.baselines
    WHERE baselines.event_id != {event:String} AND baselines.unit_id IN (SELECT unit_id FROM frozen)
  ),
  days_chosen AS
  (
    SELECT unit_id, day
    FROM whole
    WHERE day < event_day AND day >= event_day - 45
      AND (toDayOfWeek(day) > 5 OR toString(day) IN {holidays:Array(String)})
        = (toDayOfWeek(event_day) > 5 OR toString(event_day) IN {holidays:Array(String)})
      AND toString(day) NOT IN {excluded:Array(String)} AND (unit_id, day) NOT IN other_event_days
    GROUP BY unit_id, day
    HAVING countIf(in_event) = any(event_slots) AND countIf(in_window) = any(window_slots)
    ORDER BY unit_id, day DESC
    LIMIT {days:UInt16} BY unit_id
  ),
  bases AS
  (
    SELECT unit_id, count(DISTINCT day) AS day_count, sumIf(unit_wh, in_window) AS basis_wh
    FROM whole
    WHERE (unit_id, day) IN days_chosen
    GROUP BY unit_id
  ),
  actuals AS
  (
    SELECT unit_id, sum(unit_wh) AS actual_wh
    FROM whole
    WHERE day = event_day AND in_window
    GROUP BY unit_id
    HAVING count() = any(window_slots)
  ),
  slots AS
  (
    SELECT unit_id, clock_s, sum(unit_wh) AS slot_wh
    FROM whole
    WHERE in_event AND (unit_id, day) IN days_chosen
    GROUP BY unit_id, clock_s
  ),
  quotients AS
  (
    SELECT
      slots.unit_id AS unit_id,
      slots.clock_s AS clock_s,
      bases.day_count AS day_count,
      actuals.unit_id != '' AND bases.basis_wh > 0 AND actuals.actual_wh >= 0 AS has_factor,
      toInt256(actuals.actual_wh) * day_count * 1000 > toInt256({greatest_permille:Int64}) * bases.basis_wh AS is_above,
      toInt256(actuals.actual_wh) * day_count * 1000 < toInt256({least_permille:Int64}) * bases.basis_wh AS is_below,
      toInt256(slots.slot_wh) * multiIf(
        NOT has_factor, toInt256(1), is_above, toInt256({greatest_permille:Int64}), is_below, toInt256({least_permille:Int64}),
        toInt256(actuals.actual_wh)) AS numerator,
      multiIf(NOT has_factor, toInt256(day_count), is_above OR is_below, toInt256(day_count) * 1000, toInt256(bases.basis_wh)) AS denominator,
      intDiv(abs(numerator), toUInt256(denominator)) AS below,
      2 * (abs(numerator) - below * toUInt256(denominator)) AS twice_rest
    FROM slots
    INNER JOIN bases ON bases.unit_id = slots.unit_id
    LEFT JOIN actuals ON actuals.unit_id = slots.unit_id
    WHERE bases.day_count >= {least_days:UInt16}
  ),
  rounded AS
  (
    SELECT
      unit_id,
      clock_s,
      day_count,
      sign(numerator) * toInt64(below + (twice_rest > toUInt256(denominator) OR (twice_rest = toUInt256(denominator) AND below % 2 = 1))) AS recomputed_wh
    FROM quotients
  )
SELECT
  settled.unit_id AS unit_id,
  settled.start_at AS start_at,
  settled.baseline_wh AS baseline_wh,
  if(rounded.unit_id = '', NULL, rounded.recomputed_wh) AS recomputed_wh,
  rounded.day_count AS days,
  baseline_wh - recomputed_wh AS difference_wh
FROM
(
  SELECT
    unit_id,
    event_start_at + toIntervalSecond(slot * step_s) AS start_at,
    event_from_s + slot * step_s AS clock_s,
    baseline_wh
  FROM frozen
  ARRAY JOIN settled_wh AS baseline_wh, range(length(settled_wh)) AS slot
) AS settled
LEFT JOIN rounded ON rounded.unit_id = settled.unit_id AND rounded.clock_s = settled.clock_s
ORDER BY unit_id, start_at;
