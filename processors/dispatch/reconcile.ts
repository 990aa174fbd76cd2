/** Brings devices to their desired timelines in one step: decides, writes commands and decisions, and keeps the ledger. */
import type { DecisionBlock } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { hashId } from '../../topics/ids.ts'
import type { EmitOptions } from '../runtime/define.ts'
import type { Decision } from './decide.ts'
import type { Decider, Renderers } from './decider.ts'
import { createDecisionBlocks, type DecisionBlocks } from './decision-blocks.ts'
import { enrollmentsFor } from './eligibility.ts'
import type { EventInForce } from './events-in-force.ts'
import { UNTOLD } from './ledger.ts'
import { type Ledger, openLedger } from './ledger-pages.ts'
import type { DispatchContext } from './ports.ts'
import { sharedDecider } from './shared-decider.ts'

export interface StepOptions {
  readonly trigger: DecisionBlock['trigger']
  readonly orderSeq: number
  /** Coordinates of the cause; empty = the present input, or time. */
  readonly causation: string
  /** In order of precedence. */
  readonly events: readonly EventInForce[]
  readonly renderers: Renderers
  /** Whether the decision is recorded even when no command follows from it. */
  readonly records: (event: EventInForce) => boolean
}

/** Devices reconciled together, at one time; ascending ids are fastest. */
export interface Step {
  reconcile(device: DeviceState): void
  /** Writes what was gathered; to be called once, at the end. */
  close(): void
}

/** What a step works with. */
interface Bench {
  readonly context: DispatchContext
  readonly options: StepOptions
  readonly decider: Decider
  readonly ledger: Ledger
  readonly blocks: DecisionBlocks
  /** Where its devices are at home. Of commands the decision tells the cause, once for many. */
  readonly commandOptions: EmitOptions
}

/** The connection that the device had when it was decided about; -1 = none. */
function epochOf({ context }: Bench, deviceId: string): number {
  const presence = context.tables.presence.get(deviceId)
  return presence?.connected ? presence.epoch : -1
}

/** A fault in one device's plan is that device's decision, and the step goes on. */
function tryDecide({ decider, ledger }: Bench, device: DeviceState): Decision | { readonly fault: string } {
  try {
    return decider(device, ledger.get(device.deviceId)?.state ?? UNTOLD)
  } catch (error) {
    return { fault: String(error) }
  }
}

function recordFault(bench: Bench, device: DeviceState, fault: string): void {
  const { deviceId, lastChangeOffset: stateOffset } = device
  const epoch = epochOf(bench, deviceId)
  for (const event of bench.options.events) {
    if (!bench.options.records(event) || enrollmentsFor(device, event).length === 0) continue
    const row = { deviceId, outcome: 'internalFault', commandSeq: 0, stateOffset, epoch, payloadHash: '', outrankedBy: '', fault } as const
    bench.blocks.add(event.event, event.termsVersion, row)
  }
}

/** Writes the command and the ledger row; returns the command's seq, 0 = none. */
function carryOut({ context, ledger, commandOptions }: Bench, device: DeviceState, decision: Decision): number {
  const { deviceId, attributes } = device
  if (!decision.ledger) return 0
  const before = ledger.get(deviceId)?.seq ?? 0
  if (!decision.command || attributes.protocol === 'none') {
    ledger.put(deviceId, { seq: before, state: decision.ledger })
    return 0
  }
  const seq = before + 1
  const { segments, payload, payloadHash, issuedMs, expiresMs, test, calledW } = decision.command
  const commandId = hashId(deviceId, seq)
  const command = { commandId, deviceId, seq, issuedMs, expiresMs, segments, test, payload, payloadHash, calledW }
  context.emit(attributes.protocol, command, commandOptions)
  ledger.put(deviceId, { seq, state: decision.ledger })
  return seq
}

function recordVerdicts(bench: Bench, device: DeviceState, decision: Decision, commandSeq: number): void {
  const { deviceId, lastChangeOffset: stateOffset } = device
  const epoch = epochOf(bench, deviceId)
  const payloadHash = commandSeq > 0 ? (decision.command?.payloadHash ?? '') : ''
  for (const { event, outcome, outrankedBy } of decision.verdicts) {
    if (commandSeq === 0 && !bench.options.records(event)) continue
    bench.blocks.add(event.event, event.termsVersion, { deviceId, outcome, commandSeq, stateOffset, epoch, payloadHash, outrankedBy })
  }
}

/** Opens a step of the transaction. */
export function openStep(context: DispatchContext, options: StepOptions): Step {
  const { trigger, orderSeq, causation, events, renderers } = options
  const { partition } = context
  const decisionOptions = causation === '' ? { partition } : { partition, causation }
  const blocks = createDecisionBlocks({ trigger, orderSeq, decidedMs: context.nowMs }, (block) =>
    context.emit('decision', block, decisionOptions),
  )
  const decider = sharedDecider(events, renderers, context.nowMs)
  const bench: Bench = {
    context,
    options,
    decider,
    ledger: openLedger(context.stores.ledger),
    blocks,
    commandOptions: { partition, causation: '' },
  }
  return {
    reconcile(device) {
      const decision = tryDecide(bench, device)
      if ('fault' in decision) return recordFault(bench, device, decision.fault)
      recordVerdicts(bench, device, decision, carryOut(bench, device, decision))
    },
    close() {
      blocks.flush()
      bench.ledger.close()
    },
  }
}
