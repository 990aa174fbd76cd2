/** The last act: waits for the settled result and the report, checks the sums, and explains one device that got no command. */
import { createClient } from '@clickhouse/client'
import { readUsers } from '../../gateway/analytics/users.ts'
import { waitFor } from './clock.ts'
import { drover } from './drover.ts'
import type { Stage } from './story.ts'
import { compareWithMeters, type Figures, notSent, resultSums, simulatorWh } from './summary.ts'
import { countBy, type Seen } from './watch.ts'

interface AnalyticsSums {
  readonly units: number
  readonly actualWh: number
  readonly reductionWh: number
  readonly rows: number
}

/** The same sums by SQL, as an analyst would ask for them. */
async function askAnalytics({ stack }: Stage, eventId: string): Promise<AnalyticsSums> {
  const analyst = readUsers(stack.clickhouseUsersFile).find(({ role }) => role === 'analyst')
  const client = createClient({ url: stack.clickhouseUrl, username: analyst?.name ?? '', password: analyst?.password ?? '' })
  try {
    const result = await client.query({
      query:
        'SELECT uniqExact(unit_id) AS units, sum(actual_wh) AS actualWh, sum(reduction_wh) AS reductionWh, count() AS rows FROM drover.results WHERE event_id = {eventId:String}',
      query_params: { eventId },
      format: 'JSONEachRow',
    })
    const [row] = await result.json<Record<keyof AnalyticsSums, string | number>>()
    return { units: Number(row?.units), actualWh: Number(row?.actualWh), reductionWh: Number(row?.reductionWh), rows: Number(row?.rows) }
  } finally {
    await client.close()
  }
}

async function explainOne({ dataDir, screen, options }: Stage, seen: Seen): Promise<void> {
  const found = [...seen.decisions].find(([, outcome]) => outcome === 'suspended' || outcome === 'operatorHold')
  if (!found || seen.eventId === undefined) return
  const story = await drover(dataDir, ['explain', '--event', seen.eventId, '--device', found[0]])
  screen.step(`why ${found[0]} got no command:`)
  if (!options.json) for (const line of story.trim().split('\n')) screen.detail(line)
}

/** Resolves when every unit that was sent a command has a result, and the VTN has taken the report about it. */
async function awaitSettlement({ screen }: Stage, seen: Seen): Promise<void> {
  const settled = () => seen.results.size
  await waitFor(
    'the settled results',
    120_000,
    () => settled() >= seen.commanded.size,
    () => screen.live(`${settled()} of ${seen.commanded.size} units settled`),
  )
  await waitFor('the outcomes of all commands', 60_000, () => seen.outcomes.size >= seen.commandIds.size)
}

/** Chargers that were away send what they metered meanwhile when they come back, and results are restated until the last has: not for ever. */
async function awaitRestatements({ fleet, screen }: Stage, seen: Seen): Promise<void> {
  const unexplainedWh = () => compareWithMeters(seen, fleet).unexplainedWh
  await waitFor(
    'the last restatement',
    60_000,
    () => unexplainedWh() === 0,
    () => screen.live(`${unexplainedWh()} Wh are still to be restated`),
  ).catch(() => undefined)
}

export async function closingFigures(
  stage: Stage,
  seen: Seen,
  event: { readonly startMs: number; readonly endMs: number },
  fanoutMs: number,
): Promise<Figures> {
  const { fleet, vtn, screen, options, startedMs } = stage
  await awaitSettlement(stage, seen)
  await awaitRestatements(stage, seen)
  const sums = resultSums(seen)
  let analytics = await askAnalytics(stage, seen.eventId ?? '')
  await waitFor('the loader', 60_000, () => {
    void askAnalytics(stage, seen.eventId ?? '').then((fresh) => {
      analytics = fresh
    })
    return analytics.units >= seen.results.size && analytics.actualWh === sums.actualWh
  })
  const inEvent = ({ startMs }: { readonly startMs: number }) => startMs >= event.startMs && startMs < event.endMs
  const settledReport = () => vtn.reports().some(({ reportName, intervals }) => reportName.startsWith('HISTORY') && intervals.some(inEvent))
  await waitFor('a report of the settled result that the VTN accepts', 90_000, settledReport).catch((error: Error) => {
    throw new Error(`${error.message}; the VTN refused: ${vtn.refusals().join('; ') || 'nothing'}`)
  })
  const simulator = simulatorWh(seen, fleet)
  const { gapWh, unexplainedWh } = compareWithMeters(seen, fleet)
  const figures: Figures = {
    devices: options.devices,
    enrolled: seen.decisions.size,
    sent: seen.commanded.size,
    notSent: notSent(seen),
    fanoutMs: Math.round(fanoutMs),
    commandsDurablePerSecond: Math.round((seen.commanded.size / fanoutMs) * 1000),
    acks: countBy(seen.acks.values()),
    outcomes: countBy(seen.outcomes.values()),
    ...sums,
    gapWh,
    agrees: unexplainedWh === 0 && sums.actualWh + gapWh === simulator && analytics.actualWh === sums.actualWh,
    simulatorWh: simulator,
    clickhouseRows: analytics.rows,
    reportAccepted: settledReport(),
    wallSeconds: Math.round((performance.now() - startedMs) / 1000),
  }
  const verdict = figures.agrees ? 'they agree to the watt-hour' : `THEY DO NOT AGREE (${unexplainedWh} Wh unexplained)`
  screen.step(`settled: baseline ${sums.baselineWh} Wh, actual ${sums.actualWh} Wh, reduction ${sums.reductionWh} Wh`)
  screen.step(
    `meters of the fleet ${simulator} Wh = results ${sums.actualWh} Wh + flagged gaps ${gapWh} Wh; ClickHouse ${analytics.actualWh} Wh: ${verdict}`,
  )
  screen.step(`the VTN accepted ${vtn.reports().length} reports; refused ${vtn.refusals().length}`)
  await explainOne(stage, seen)
  screen.step(`done in ${figures.wallSeconds} s`)
  return figures
}
