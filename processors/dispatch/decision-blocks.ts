/** Gathers decisions of one step into blocks: one event each, at most 500 devices. */
import type { DecisionBlock } from '../../schemas/dispatch.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'

export const MOST_IN_BLOCK = 500

/** What the decisions of one step have in common. */
export interface StepFacts {
  readonly trigger: DecisionBlock['trigger']
  readonly orderSeq: number
  readonly decidedMs: number
}

/** One device's part of a block. */
export interface DecisionRow {
  readonly deviceId: string
  readonly outcome: DecisionBlock['outcomes'][number]
  /** 0 = no command. */
  readonly commandSeq: number
  readonly stateOffset: number
  /** -1 = not connected. */
  readonly epoch: number
  readonly payloadHash: string
  readonly outrankedBy: string
  /** With outcome internalFault: what went wrong; else absent. */
  readonly fault?: string
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

export interface DecisionBlocks {
  add(event: UtilityEvent, termsVersion: number, row: DecisionRow): void
  /** Hands over what is not full yet. */
  flush(): void
}

function openBlock(event: UtilityEvent, termsVersion: number, facts: StepFacts): Mutable<DecisionBlock> {
  return {
    eventId: event.eventId,
    eventRevision: event.revision,
    programId: event.programId,
    termsVersion,
    ...facts,
    deviceIds: [],
    outcomes: [],
    commandSeqs: [],
    stateOffsets: [],
    epochs: [],
    payloadHashes: [],
    outrankedBy: [],
    faults: [],
  }
}

/** `emit` gets each block when it is full, or at `flush`. */
export function createDecisionBlocks(facts: StepFacts, emit: (block: DecisionBlock) => void): DecisionBlocks {
  const open = new Map<string, Mutable<DecisionBlock>>()
  return {
    add(event, termsVersion, row) {
      let block = open.get(event.eventId)
      if (!block) {
        block = openBlock(event, termsVersion, facts)
        open.set(event.eventId, block)
      }
      block.deviceIds.push(row.deviceId)
      block.outcomes.push(row.outcome)
      block.commandSeqs.push(row.commandSeq)
      block.stateOffsets.push(row.stateOffset)
      block.epochs.push(row.epoch)
      block.payloadHashes.push(row.payloadHash)
      block.outrankedBy.push(row.outrankedBy)
      if (row.fault !== undefined) block.faults.push(row.fault)
      if (block.deviceIds.length < MOST_IN_BLOCK) return
      emit(block)
      open.delete(event.eventId)
    },
    flush() {
      for (const block of open.values()) emit(block)
      open.clear()
    },
  }
}
