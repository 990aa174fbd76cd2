/** The last act: waits for the settled result and the report, checks the sums, and explains one device that got no command. */
import type { AnalyticsSums } from './analytics.ts'
import { waitFor } from './clock.ts'
import { drover } from './drover.ts'
import type { Stage } from './story.ts'
import { type Comparison, compareWithMeters, type Figures, notSent, rememberMeters, resultSums, simulatorWh } from './summary.ts'
import { countBy, type Seen } from './watch.ts'

/** Clouds have values within an hour of their end, and are asked every quarter of it. */
const RESTATED_MS = 2 * 3_600_000

type MeterWh = Stage['fleet']['meterWh']

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
  screen.step(`${settled()} units are settled for the first time`)
  await waitFor('the outcomes of all commands', 60_000, () => seen.outcomes.size >= seen.commandIds.size)
  screen.step(`all ${seen.outcomes.size} commands have their outcome`)
}

/** What was metered while a device was away, or is held back by a cloud, comes in later, and results are restated until the last has: not for ever. */
async function awaitRestatements({ screen, clock }: Stage, seen: Seen, meterWh: MeterWh): Promise<void> {
  const unexplainedWh = () => compareWithMeters(seen, meterWh).unexplainedWh
  await waitFor(
    'the last restatement',
    RESTATED_MS / clock.rate,
    () => unexplainedWh() === 0,
    () => screen.live(`${unexplainedWh()} Wh are still to be restated`),
  ).catch(() => undefined)
}

/** Whether the VTN has taken a report with a settled interval of the event, for which it waits. */
async function awaitReport({ vtn, screen }: Stage, event: { readonly startMs: number; readonly endMs: number }): Promise<boolean> {
  const inEvent = ({ startMs }: { readonly startMs: number }) => startMs >= event.startMs && startMs < event.endMs
  const settledReport = () => vtn.reports().some(({ reportName, intervals }) => reportName.startsWith('HISTORY') && intervals.some(inEvent))
  await waitFor('a report of the settled result that the VTN accepts', 90_000, settledReport).catch((error: Error) =>
    screen.step(`${error.message}; the VTN refused: ${vtn.refusals().join('; ') || 'nothing'}`),
  )
  if (settledReport()) screen.step('the VTN accepted the report on the settled result')
  return settledReport()
}

interface Sums extends ReturnType<typeof resultSums>, Comparison {
  readonly simulatorWh: number
  readonly analytics: AnalyticsSums
}

/**
 * What meters, results and ClickHouse say, looked at in one moment. Results may be restated at any time, so that they are looked at again until
 * ClickHouse has what the topic has, for a minute at most.
 */
async function sumsOfOneMoment({ analytics }: Stage, seen: Seen, meterWh: MeterWh): Promise<Sums> {
  const untilMs = performance.now() + 60_000
  for (;;) {
    const answer = await analytics.sumsOf(seen.eventId ?? '')
    const sums = resultSums(seen)
    if ((answer.units === seen.results.size && answer.actualWh === sums.actualWh) || performance.now() > untilMs) {
      return { ...sums, ...compareWithMeters(seen, meterWh), simulatorWh: simulatorWh(seen, meterWh), analytics: answer }
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function tell({ screen, vtn }: Stage, { sums, agrees }: { readonly sums: Sums; readonly agrees: boolean }): void {
  const verdict = agrees ? 'they agree to the watt-hour' : `THEY DO NOT AGREE (${sums.unexplainedWh} Wh unexplained)`
  screen.step(`settled: baseline ${sums.baselineWh} Wh, actual ${sums.actualWh} Wh, reduction ${sums.reductionWh} Wh`)
  screen.step(
    `meters of the fleet ${sums.simulatorWh} Wh = results ${sums.actualWh} Wh + flagged gaps ${sums.gapWh} Wh; ClickHouse ${sums.analytics.actualWh} Wh: ${verdict}`,
  )
  for (const words of sums.unexplained) screen.detail(words)
  screen.step(`the VTN accepted ${vtn.reports().length} reports; refused ${vtn.refusals().length}`)
}

export async function closingFigures(
  stage: Stage,
  seen: Seen,
  event: { readonly startMs: number; readonly endMs: number },
  fanoutMs: number,
): Promise<Figures> {
  await awaitSettlement(stage, seen)
  const reportAccepted = await awaitReport(stage, event)
  const meterWh = rememberMeters(stage.fleet)
  await awaitRestatements(stage, seen, meterWh)
  const sums = await sumsOfOneMoment(stage, seen, meterWh)
  const agrees = sums.unexplainedWh === 0 && sums.actualWh + sums.gapWh === sums.simulatorWh && sums.analytics.actualWh === sums.actualWh
  tell(stage, { sums, agrees })
  await explainOne(stage, seen)
  const wallSeconds = Math.round((performance.now() - stage.startedMs) / 1000)
  stage.screen.step(`done in ${wallSeconds} s`)
  return {
    devices: stage.options.devices,
    enrolled: seen.decisions.size,
    sent: seen.commanded.size,
    notSent: notSent(seen),
    fanoutMs: Math.round(fanoutMs),
    commandsDurablePerSecond: Math.round((seen.commanded.size / fanoutMs) * 1000),
    acks: countBy(seen.acks.values()),
    outcomes: countBy(seen.outcomes.values()),
    intervals: sums.intervals,
    baselineWh: sums.baselineWh,
    actualWh: sums.actualWh,
    gapWh: sums.gapWh,
    reductionWh: sums.reductionWh,
    simulatorWh: sums.simulatorWh,
    agrees,
    clickhouseRows: sums.analytics.rows,
    reportAccepted,
    wallSeconds,
  }
}
