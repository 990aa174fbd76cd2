/** Says what became of every command, also when nobody answered. */
import type { Command } from '../../schemas/dispatch.ts'
import { defineProcessor, type Received } from '../runtime/define.ts'
import { debtOf, isPaid } from './debts.ts'
import { takeAck, takeCommand, takeTime } from './decide.ts'
import { inputs, type OutcomeContext, outputs, stores, tables } from './ports.ts'
import { publishDelivery, putSweep, recordCommands, sweepOf } from './record.ts'
import { awaitDue, isDue, start } from './sweep.ts'
import { CALLED, POLLING, type Reach, SOCKET } from './tracked.ts'

/** Commands of a protocol, whose devices are reached so. */
const onCommand =
  (reach: Reach) =>
  (context: OutcomeContext, { value: command }: Received<Command>): void => {
    if (!command) return
    const { deviceId } = command
    const { devices, debts } = context.stores
    const before = devices.get(deviceId)?.commands ?? []
    const after = takeCommand(before, command, reach)
    if (after === before) return
    const tracked = after.find(({ seq }) => seq === command.seq)
    const debt = tracked && command.segments.length === 0 ? debtOf(deviceId, tracked, before, debts.get(deviceId)) : undefined
    if (debt) debts.put(deviceId, debt)
    recordCommands(context, deviceId, before, after)
  }

function forgetDebts({ stores, nowMs }: OutcomeContext): void {
  for (const [deviceId, { owedUntilMs }] of stores.debts.entries()) if (owedUntilMs <= nowMs) stores.debts.delete(deviceId)
}

/** Judges the silence of at most `budget` devices; returns whether there are more. */
function walk(context: OutcomeContext, budget: number): boolean {
  const sweep = sweepOf(context)
  if (!sweep.running) return false
  const chunk = context.stores.devices.entries(sweep.cursor === '' ? undefined : sweep.cursor, budget)
  for (const [deviceId, { commands }] of chunk) {
    const after = takeTime(commands, context.tables.presence.get(deviceId), context.nowMs)
    if (after !== commands) recordCommands(context, deviceId, commands, after)
    else for (const { dueMs } of commands) noteDue(context, dueMs)
  }
  const running = chunk.length === budget
  putSweep(context, { ...sweepOf(context), running, cursor: running ? (chunk.at(-1)?.[0] ?? '') : '' })
  return running
}

function noteDue(context: OutcomeContext, dueMs: number): void {
  const before = sweepOf(context)
  const after = awaitDue(before, dueMs)
  if (after !== before) putSweep(context, after)
}

export const outcomes = defineProcessor({
  name: 'outcomes',
  about: 'Says what became of every command, also when nobody answered.',
  inputs,
  outputs,
  stores,
  tables,
  on: {
    ocpp: onCommand(SOCKET),
    sep2: onCommand(POLLING),
    inverter: onCommand(CALLED),
    thermostat: onCommand(CALLED),
    loopback: onCommand(SOCKET),
    ack: (context, { value: ack }) => {
      if (!ack) return
      const { devices, debts } = context.stores
      const debt = debts.get(ack.deviceId)
      if (debt && isPaid(debt, ack)) debts.delete(ack.deviceId)
      const before = devices.get(ack.deviceId)?.commands ?? []
      const after = takeAck(before, ack, context.nowMs)
      if (after !== before) recordCommands(context, ack.deviceId, before, after)
    },
  },
  onTick: (context) => {
    forgetDebts(context)
    publishDelivery(context)
    if (isDue(sweepOf(context), context.nowMs)) putSweep(context, start())
  },
  work: walk,
})
