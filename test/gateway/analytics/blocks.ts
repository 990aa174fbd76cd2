/** Records as topics carry them, with defaults for what a test does not care about. */
import type { DecisionBlock } from '../../../schemas/dispatch.ts'
import type { SettlementResult, UnitIntervalBlock } from '../../../schemas/settlement.ts'
import type { IntervalBlock } from '../../../schemas/telemetry.ts'

export const T0 = Date.UTC(2026, 5, 1)
export const STEP_S = 900

export function intervalBlock(values: readonly number[], more: Partial<IntervalBlock> = {}): IntervalBlock {
  return {
    deviceId: 'device-1',
    channel: 'net',
    source: 'import',
    startMs: T0,
    stepS: STEP_S,
    revision: 1,
    reason: 'initial',
    values,
    qualities: values.map(() => 'measured'),
    coveragePermille: values.map(() => 1000),
    ...more,
  }
}

export function unitIntervalBlock(values: readonly number[], more: Partial<UnitIntervalBlock> = {}): UnitIntervalBlock {
  return {
    unitId: 'unit-1',
    unitKind: 'device',
    programId: '',
    deviceId: 'unit-1',
    channel: 'net',
    source: 'import',
    eventIds: [],
    startMs: T0,
    stepS: STEP_S,
    revision: 1,
    values,
    qualities: values.map(() => 'measured'),
    coveragePermille: values.map(() => 1000),
    reason: 'initial',
    ...more,
  }
}

export function decisionBlock(deviceIds: readonly string[], more: Partial<DecisionBlock> = {}): DecisionBlock {
  return {
    eventId: 'event-1',
    eventRevision: 1,
    programId: 'program-1',
    termsVersion: 1,
    trigger: 'order',
    orderSeq: 1,
    decidedMs: T0,
    deviceIds,
    outcomes: deviceIds.map(() => 'sent'),
    commandSeqs: deviceIds.map((_, index) => index + 1),
    stateOffsets: deviceIds.map(() => 7),
    epochs: deviceIds.map(() => -1),
    payloadHashes: deviceIds.map(() => 'hash'),
    outrankedBy: deviceIds.map(() => ''),
    faults: [],
    ...more,
  }
}

export function settlementResult(actualWh: readonly number[], more: Partial<SettlementResult> = {}): SettlementResult {
  return {
    eventId: 'event-1',
    unitId: 'unit-1',
    unitKind: 'device',
    programId: 'program-1',
    revision: 1,
    status: 'preliminary',
    reason: 'initial',
    startMs: T0,
    stepS: STEP_S,
    baselineRevision: 1,
    baselineWh: actualWh.map((wh) => wh + 100),
    actualWh,
    reductionWh: actualWh.map(() => 100),
    qualities: actualWh.map(() => 'measured'),
    coveragePermille: actualWh.map(() => 1000),
    gapWh: 0,
    noBaseline: null,
    intervalOffset: 10,
    computedMs: T0,
    devicesLeftOut: 0,
    ...more,
  }
}
