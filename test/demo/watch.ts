/** Counts what comes past on the log while the demo runs: commands, acks, decisions, outcomes, results. */
import type { LogReader } from '../../processors/runtime/log.ts'
import type { CommandOutcome, DecisionBlock, DeviceAck } from '../../schemas/dispatch.ts'
import type { SettlementResult } from '../../schemas/settlement.ts'
import {
  deviceAcks,
  dispatchCommands,
  dispatchDecisions,
  dispatchOutcomes,
  settlementResults,
  telemetryGaps,
  utilityEvents,
  utilityReports,
} from '../../topics/catalogue.ts'

export interface Seen {
  /** Devices that were sent a command with a segment of the event, and the real time at which each was first visible to a committed reader. */
  readonly commanded: Map<string, number>
  /** commandId to newest outcome, for the commands of the event. */
  readonly outcomes: Map<string, CommandOutcome['outcome']>
  readonly commandIds: Set<string>
  /** Newest ack of each command. */
  readonly acks: Map<string, DeviceAck['status']>
  /** Newest decision about each device and the event. */
  readonly decisions: Map<string, DecisionBlock['outcomes'][number]>
  /** Newest result of each unit. */
  readonly results: Map<string, SettlementResult>
  readonly gaps: Map<string, { deviceId: string; fromMs: number; untilMs: number; status: string }>
  readonly reports: Map<string, { status: string; reportName: string }>
  eventId: string | undefined
  /** Drover's time at which the signal of the event was received. */
  receivedMs: number
}

export interface Watch {
  readonly seen: Seen
  stop(): Promise<void>
}

/** Starts to watch for the event that the VTN calls `theirEventId`. */
export async function startWatch(reader: LogReader, theirEventId: string): Promise<Watch> {
  const seen: Seen = {
    commanded: new Map(),
    outcomes: new Map(),
    commandIds: new Set(),
    acks: new Map(),
    decisions: new Map(),
    results: new Map(),
    gaps: new Map(),
    reports: new Map(),
    eventId: undefined,
    receivedMs: 0,
  }
  const following = await Promise.all([
    reader.follow([utilityEvents], 'beginning', (records) => {
      for (const { value: event } of records) {
        if (event?.theirEventId !== theirEventId || event.kind !== 'event' || seen.eventId !== undefined) continue
        seen.eventId = event.eventId
        seen.receivedMs = event.receivedMs
      }
    }),
    reader.follow([dispatchCommands.ocpp], 'end', (records) => {
      const nowMs = performance.timeOrigin + performance.now()
      for (const { value: command } of records) {
        if (!command) continue
        if (command.segments.length > 0 && !seen.commanded.has(command.deviceId)) seen.commanded.set(command.deviceId, nowMs)
        seen.commandIds.add(command.commandId)
      }
    }),
    reader.follow([deviceAcks], 'end', (records) => {
      for (const { value: ack } of records) if (ack) seen.acks.set(ack.commandId, ack.status)
    }),
    reader.follow([dispatchDecisions], 'end', (records) => {
      for (const { value: block } of records) {
        if (block && block.eventId === seen.eventId)
          for (const [index, deviceId] of block.deviceIds.entries()) remember(seen, deviceId, block.outcomes[index])
      }
    }),
    reader.follow([dispatchOutcomes], 'end', (records) => {
      for (const { value: outcome } of records) if (outcome) seen.outcomes.set(outcome.commandId, outcome.outcome)
    }),
    reader.follow([settlementResults], 'end', (records) => {
      for (const { value: result } of records) {
        if (result && result.eventId === seen.eventId && (seen.results.get(result.unitId)?.revision ?? 0) < result.revision)
          seen.results.set(result.unitId, result)
      }
    }),
    reader.follow([telemetryGaps], 'end', (records) => {
      for (const { value: gap } of records) if (gap) seen.gaps.set(gap.gapId, gap)
    }),
    reader.follow([utilityReports], 'end', (records) => {
      for (const { value: report } of records) if (report) seen.reports.set(report.reportId, report)
    }),
  ])
  await Promise.all(following.map(({ caughtUp }) => caughtUp))
  return {
    seen,
    stop: async () => {
      await Promise.all(following.map((one) => one.stop()))
    },
  }
}

function remember(seen: Seen, deviceId: string, outcome: DecisionBlock['outcomes'][number] | undefined): void {
  if (outcome !== undefined) seen.decisions.set(deviceId, outcome)
}

/** How often each value occurs. */
export function countBy<T extends string>(values: Iterable<T>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort())
}
