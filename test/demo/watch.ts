/** Counts what comes past on the log while the demo runs: commands, acks, decisions, outcomes, results. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Stack } from '../../gateway/cli/stack-file.ts'
import type { LogReader } from '../../processors/runtime/log.ts'
import type { CommandOutcome, DecisionBlock, DeviceAck } from '../../schemas/dispatch.ts'
import type { SettlementResult } from '../../schemas/settlement.ts'
import type { ReadingBlock, TelemetryGap } from '../../schemas/telemetry.ts'
import {
  deviceAcks,
  dispatchDecisions,
  dispatchOutcomes,
  settlementResults,
  telemetryGaps,
  telemetryReadings,
  utilityEvents,
  utilityReports,
} from '../../topics/catalogue.ts'
import { type Cuts, createCuts } from '../fleet/cuts.ts'
import type { Observation } from './observer.ts'

export type SeenGap = Pick<TelemetryGap, 'deviceId' | 'fromMs' | 'untilMs' | 'status'>

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
  readonly gaps: Map<string, SeenGap>
  readonly cuts: Cuts
  readonly reports: Map<string, { status: string; reportName: string }>
  eventId: string | undefined
  /** Drover's time at which the signal of the event was received. */
  receivedMs: number
}

/** Watches the commands from a process of its own. */
async function observeCommands(seen: Seen, { brokers, registryUrl }: Stack): Promise<Pick<Watch, 'stopTiming'> & { stop(): void }> {
  const observer = fork(fileURLToPath(new URL('observer.ts', import.meta.url)), [brokers, registryUrl], { execArgv: ['--import', 'tsx'] })
  await new Promise<void>((resolve, reject) => {
    observer.once('exit', (code) => reject(new Error(`the observer of commands ended with exit code ${code}`)))
    observer.on('message', (observation: Observation) => {
      if (observation.kind === 'watching') return resolve()
      for (const { deviceId, commandId, isCall, atMs } of observation.commands) {
        if (isCall && !seen.commanded.has(deviceId)) seen.commanded.set(deviceId, atMs)
        seen.commandIds.add(commandId)
      }
    })
  })
  return {
    stopTiming: () => void (observer.connected && observer.send('stop timing')),
    stop: () => void (observer.connected && observer.disconnect()),
  }
}

export interface Watch {
  readonly seen: Seen
  /** From now on, times of commands tell when they were read, which costs nobody anything. */
  stopTiming(): void
  stop(): Promise<void>
}

/** Starts to watch for the event that the VTN calls `theirEventId`. */
export async function startWatch(reader: LogReader, stack: Stack, theirEventId: string): Promise<Watch> {
  const seen: Seen = {
    commanded: new Map(),
    outcomes: new Map(),
    commandIds: new Set(),
    acks: new Map(),
    decisions: new Map(),
    results: new Map(),
    gaps: new Map(),
    cuts: createCuts(),
    reports: new Map(),
    eventId: undefined,
    receivedMs: 0,
  }
  const observer = await observeCommands(seen, stack)
  const following = await Promise.all([
    reader.follow([utilityEvents], 'beginning', (records) => {
      for (const { value: event } of records) {
        if (event?.theirEventId !== theirEventId || event.kind !== 'event' || seen.eventId !== undefined) continue
        seen.eventId = event.eventId
        seen.receivedMs = event.receivedMs
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
    reader.follow([telemetryGaps], 'beginning', (records) => {
      for (const { value: gap } of records) if (gap) seen.gaps.set(gap.gapId, gap)
    }),
    reader.follow<ReadingBlock>([telemetryReadings], 'end', (records) => {
      for (const { value: block } of records) if (block) seen.cuts.take(block)
    }),
    reader.follow([utilityReports], 'end', (records) => {
      for (const { value: report } of records) if (report) seen.reports.set(report.reportId, report)
    }),
  ])
  await Promise.all(following.map(({ caughtUp }) => caughtUp))
  return {
    seen,
    stopTiming: observer.stopTiming,
    stop: async () => {
      observer.stop()
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
