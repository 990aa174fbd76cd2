/** Statement lines know whom they are about, and their totals add up. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EnrollmentChange, EnrollmentVerdict } from '../../../schemas/enrollment.ts'
import type { StatementLine } from '../../../schemas/settlement.ts'
import { enrollmentChanges, enrollmentVerdicts, settlementNominations, settlementStatements } from '../../../topics/catalogue.ts'
import { aChange, someAttributes } from '../../build/changes.ts'
import { T0 } from './blocks.ts'
import { createMemoryReader } from './memory-reader.ts'
import { type OpenAnalytics, openAnalytics } from './open-analytics.ts'

const DAY_MS = 86_400_000
const reader = createMemoryReader()
let analytics: OpenAnalytics

const aLine = (unitId: string, eventId: string, changes: Partial<StatementLine> = {}): StatementLine => ({
  ...{ statementId: 'P:2026-06', programId: 'P', unitId, eventId, resultRevision: 1, revision: 1 },
  ...{ reductionWh: 1000, nominatedWh: null, energyMicro: 100, penaltyMicro: 0, currency: 'USD', computedMs: T0 },
  ...{ unitKind: 'device', startMs: T0 + 10 * DAY_MS, seasonFrom: '2026-06-01', shortfallWh: null, rounding: 'half-even' },
  ...changes,
})

function record(change: EnrollmentChange, refused = false): void {
  const changeOffset = reader.append(enrollmentChanges, [change])
  const { changeId, deviceId } = change
  const verdict: EnrollmentVerdict = { changeId, deviceId, changeOffset, refusal: refused ? 'terminated' : null, detail: '' }
  reader.append(enrollmentVerdicts, [verdict])
}

const register = (deviceId: string, siteId: string, extra: Readonly<Record<string, string>>) =>
  aChange('registered', { deviceId, siteId, attributes: someAttributes({ extra }), effectiveFromMs: T0 })

beforeAll(async () => {
  record(register('d-1', 'site-1', { customerId: 'customer-1', groups: 'north, south' }))
  record(register('d-2', 'site-2', {}))
  record(aChange('moved', { deviceId: 'd-2', siteId: 'site-3', effectiveFromMs: T0 + 12 * DAY_MS }))
  record(aChange('moved', { deviceId: 'd-2', siteId: 'site-9', effectiveFromMs: T0 + DAY_MS }), true)
  record(
    aChange('attributesChanged', {
      deviceId: 'd-1',
      attributes: someAttributes({ extra: { groups: 'east' } }),
      effectiveFromMs: T0 + 15 * DAY_MS,
    }),
  )
  reader.append(settlementStatements, [
    aLine('d-1', 'e1', { nominatedWh: 2000, shortfallWh: 1000, penaltyMicro: 30 }),
    aLine('d-2', 'e1', { reductionWh: 1, energyMicro: 1 }),
    aLine('d-2', 'e1', { revision: 2, reductionWh: 500, energyMicro: 50, nominatedWh: 500, shortfallWh: 0 }),
    aLine('d-2', 'e2', { startMs: T0 + 13 * DAY_MS }),
    aLine('d-1', 'e3', { startMs: T0 + 16 * DAY_MS }),
    aLine('R', 'e1', { unitKind: 'resource', reductionWh: 7 }),
    aLine('d-1', 'e4', { statementId: 'P:2026-07', startMs: T0 + 40 * DAY_MS, seasonFrom: '2026-06-01' }),
  ])
  reader.append(settlementNominations, [
    {
      ...{ nominationId: 'n', programId: 'P', unitId: 'd-1', fromMs: T0, untilMs: T0 + DAY_MS, nominatedW: 2000 },
      ...{ recordedBy: 'op', reason: '', source: null },
    },
  ])
  analytics = await openAnalytics(reader)
  await analytics.loader.caughtUp
})
afterAll(() => analytics.close())

test('a line is about the customer, site and groups that were effective at the start of its event', async () => {
  const rows = await analytics.rows<Record<string, unknown>>(
    `SELECT unit_id, event_id, customer_id, site_id, groups, reduction_wh FROM statement_lines WHERE month = '2026-06' ORDER BY unit_id, event_id`,
  )
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['R', 'e1', '', '', ['R'], 7],
    ['d-1', 'e1', 'customer-1', 'site-1', ['north', 'south'], 1000],
    ['d-1', 'e3', 'site-1', 'site-1', ['east'], 1000],
    ['d-2', 'e1', 'site-2', 'site-2', [], 500],
    ['d-2', 'e2', 'site-3', 'site-3', [], 1000],
  ])
})

test('totals by unit, customer, month and season add up to the same', async () => {
  const sums = 'sum(lines) AS l, sum(reduction_wh) AS wh, sum(energy_micro) AS e, sum(penalty_micro) AS p, sum(net_micro) AS n'
  const of = (view: string, where = "month = '2026-06'") => analytics.rows(`SELECT ${sums} FROM ${view} WHERE ${where}`)
  const june = [{ l: 5, wh: 3507, e: 450, p: 30, n: 420 }]
  for (const view of ['statement_totals_by_unit', 'statement_totals_by_customer', 'statement_totals_by_month'])
    expect(await of(view)).toEqual(june)
  expect(await of('statement_totals_by_season', "season_from = '2026-06-01'")).toEqual([{ l: 6, wh: 4507, e: 550, p: 30, n: 520 }])
})

test('performance is over the lines that have a nomination', async () => {
  const [unit] = await analytics.rows(
    `SELECT lines, performance, nominated_wh, shortfall_wh FROM statement_totals_by_unit WHERE unit_id = 'd-1' AND month = '2026-06'`,
  )
  expect(unit).toEqual({ lines: 2, performance: 0.5, nominated_wh: 2000, shortfall_wh: 1000 })
  const [none] = await analytics.rows(`SELECT performance FROM statement_totals_by_unit WHERE unit_id = 'R'`)
  expect(none).toEqual({ performance: null })
})

test('a unit counts in each of its groups', async () => {
  const rows = await analytics.rows(
    `SELECT group_id, lines, net_micro FROM statement_totals_by_group WHERE month = '2026-06' ORDER BY group_id`,
  )
  expect(rows).toEqual([
    { group_id: 'R', lines: 1, net_micro: 100 },
    { group_id: 'east', lines: 1, net_micro: 100 },
    { group_id: 'north', lines: 1, net_micro: 70 },
    { group_id: 'south', lines: 1, net_micro: 70 },
  ])
})

test('nominations can be read beside', async () => {
  expect(await analytics.rows('SELECT program_id, unit_id, nominated_w FROM nominations')).toEqual([
    { program_id: 'P', unit_id: 'd-1', nominated_w: 2000 },
  ])
})
