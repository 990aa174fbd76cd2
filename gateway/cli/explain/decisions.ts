/** Takes out of blocks of decisions what they say about one device. */
import type { DecisionBlock, DecisionOutcome } from '../../../schemas/dispatch.ts'
import type { Placed } from '../log/placed.ts'
import type { Evidence } from './evidence.ts'

export interface DeviceDecision {
  readonly record: Placed<DecisionBlock>
  readonly outcome: DecisionOutcome
  /** 0 = no command was written. */
  readonly commandSeq: number
  /** Last offset of enrollment.changes that was known. */
  readonly stateOffset: number
  /** Connection known; -1 = none. */
  readonly epoch: number
  readonly payloadHash: string
  readonly outrankedBy: string
  /** With outcome internalFault: what went wrong; else empty. */
  readonly fault: string
}

/** Faults stand in a list of their own, one for each row with that outcome, in turn. */
function faultAt({ outcomes, faults }: DecisionBlock, index: number): string {
  if (outcomes[index] !== 'internalFault') return ''
  return faults[outcomes.slice(0, index).filter((outcome) => outcome === 'internalFault').length] ?? ''
}

/** In the order of the log. */
export function decisionsOf({ decisions, deviceId }: Pick<Evidence, 'decisions' | 'deviceId'>): readonly DeviceDecision[] {
  return decisions.flatMap((record) => {
    const { deviceIds, outcomes, commandSeqs, stateOffsets, epochs, payloadHashes, outrankedBy } = record.value
    const index = deviceIds.indexOf(deviceId)
    const outcome = outcomes[index]
    if (outcome === undefined) return []
    return {
      record,
      outcome,
      commandSeq: commandSeqs[index] ?? 0,
      stateOffset: stateOffsets[index] ?? -1,
      epoch: epochs[index] ?? -1,
      payloadHash: payloadHashes[index] ?? '',
      outrankedBy: outrankedBy[index] ?? '',
      fault: faultAt(record.value, index),
    }
  })
}
