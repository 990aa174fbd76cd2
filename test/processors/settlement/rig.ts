/** A driver over settlement alone: contributions, orders and decisions go in, and history is answered from the log by its definition. */

import type { Topology } from '../../../processors/runtime/define.ts'
import { answerHistory } from '../../../processors/settlement/combine.ts'
import type { HistoryQuestion } from '../../../processors/settlement/history.ts'
import { createSettlement } from '../../../processors/settlement/processor.ts'
import type { DecisionBlock } from '../../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { SettlementBaseline, SettlementResult, StatementLine, UnitIntervalBlock } from '../../../schemas/settlement.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import {
  dispatchDecisions,
  dispatchOrders,
  settlementBaselines,
  settlementIntervals,
  settlementResults,
  settlementStatements,
} from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'
import { anEvent, orderOf } from '../metering/events.ts'
import { aProgram, aTerms } from '../metering/terms.ts'

export const PARTITIONS = 2
export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
export const STEP_MS = 900_000

/** Wednesday, 10 June 2026, 17:00 to 18:00 in Los Angeles. */
export const EVENT_START_MS = Date.UTC(2026, 5, 11, 0)
export const EVENT_END_MS = EVENT_START_MS + HOUR_MS
export const START_MS = EVENT_START_MS - HOUR_MS

const topology: Topology = {
  subTopologies: [{ name: 'settlement', partitioning: 'device', processors: [createSettlement({ askAgainMs: 60_000 })] }],
  external: [],
  terminal: [],
}

export function openSettlement(terms: ProgramTerms = aTerms(), options: Partial<DriverOptions> = {}): Driver {
  const driver: Driver = createDriver(topology, {
    startMs: START_MS,
    devicePartitions: PARTITIONS,
    answers: { 'settlement.history': (question: HistoryQuestion) => answerFromLog(driver, question) },
    ...options,
  })
  tellProgram(driver, terms)
  return driver
}

export function answerFromLog(driver: Driver, question: HistoryQuestion) {
  const { historyPartition, historyOffset } = question
  const pinned = driver
    .read(settlementIntervals)
    .filter(({ partition, offset }) => partition === historyPartition && offset <= historyOffset)
  return answerHistory(
    question,
    pinned.flatMap(({ value }) => (value ? [value] : [])),
  )
}

export function tellProgram(driver: Driver, terms: ProgramTerms): void {
  for (let partition = 0; partition < PARTITIONS; partition++)
    driver.send(
      dispatchOrders,
      { orderSeq: 1, events: [], programs: [aProgram('p', terms)], allocations: [], holds: [], holdsChanged: false },
      { partition },
    )
}

/** Sends the event and a decision about each device. */
export function callDevices(
  driver: Driver,
  decided: Readonly<Record<string, DecisionBlock['outcomes'][number]>>,
  changes: Partial<UtilityEvent> = {},
): UtilityEvent {
  const event = anEvent({ eventId: 'e', programId: 'p', startMs: EVENT_START_MS, endMs: EVENT_END_MS, ...changes })
  orderOf(driver, [event])
  driver.run()
  for (const [deviceId, outcome] of Object.entries(decided)) decide(driver, event.eventId, deviceId, outcome)
  driver.run()
  return event
}

export function decide(driver: Driver, eventId: string, deviceId: string, outcome: DecisionBlock['outcomes'][number]): void {
  const block: DecisionBlock = {
    eventId,
    eventRevision: 1,
    programId: 'p',
    termsVersion: 1,
    trigger: 'order',
    orderSeq: 1,
    decidedMs: driver.nowMs(),
    deviceIds: [deviceId],
    outcomes: [outcome],
    commandSeqs: [1],
    stateOffsets: [0],
    epochs: [1],
    payloadHashes: [''],
    faults: [],
    outrankedBy: [''],
  }
  driver.send(dispatchDecisions, block, { partition: partitionOf(deviceId, PARTITIONS) })
}

export function contribution(
  unitId: string,
  startMs: number,
  values: readonly number[],
  changes: Partial<UnitIntervalBlock> = {},
): UnitIntervalBlock {
  return {
    unitId,
    unitKind: 'device',
    programId: '',
    deviceId: unitId,
    channel: 'import',
    source: 'loopback',
    eventIds: [],
    startMs,
    stepS: 900,
    revision: 1,
    values,
    qualities: values.map(() => 'measured' as const),
    coveragePermille: values.map(() => 1000),
    reason: 'initial',
    ...changes,
  }
}

export function contribute(
  driver: Driver,
  unitId: string,
  startMs: number,
  values: readonly number[],
  changes: Partial<UnitIntervalBlock> = {},
) {
  driver.send(settlementIntervals, contribution(unitId, startMs, values, changes))
}

/** So many days before the event, the same hours each day, from 13:00 to 20:00 local. */
export function contributeHistory(driver: Driver, unitId: string, wh: number, days = 30, changes: Partial<UnitIntervalBlock> = {}): void {
  for (let day = days; day >= 1; day--)
    contribute(driver, unitId, EVENT_START_MS - day * DAY_MS - 4 * HOUR_MS, new Array<number>(28).fill(wh), changes)
}

const valuesOf = <T>(driver: Driver, topic: Topic<T>): T[] => driver.read(topic).flatMap(({ value }) => (value ? [value] : []))
export const resultsOf = (driver: Driver): SettlementResult[] => valuesOf(driver, settlementResults)
export const baselinesOf = (driver: Driver): SettlementBaseline[] => valuesOf(driver, settlementBaselines)
export const statementsOf = (driver: Driver): StatementLine[] => valuesOf(driver, settlementStatements)
export const story = (driver: Driver) => resultsOf(driver).map(({ revision, status, reason }) => `${revision} ${status} ${reason}`)
