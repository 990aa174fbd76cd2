/** Handles one frame of a station: settles our calls at once, answers its requests only after they are durable. */

import type { OcppInstruments } from '../instruments.ts'
import type { Calls } from '../wire/calls.ts'
import type { PayloadFault } from '../wire/check.ts'
import type { Dialect } from '../wire/dialect.ts'
import { type Call, type FrameFault, parseFrame, serialiseError, serialiseResult } from '../wire/frames.ts'
import type { Epoch, Hooks, Refused } from './hooks.ts'

export type InboundContext = {
  id: string
  dialect: Dialect
  calls: Calls
  hooks: Hooks
  instruments: OcppInstruments
  heartbeatIntervalS: number
  epoch(): Epoch
  nowMs(): number
  send(text: string): void
}

/** Work that must wait its turn, or undefined where the frame is dealt with. */
export function onFrame(rawFrame: string, receivedMs: number, context: InboundContext): (() => Promise<void>) | undefined {
  const frame = parseFrame(rawFrame)
  switch (frame.type) {
    case 'result':
    case 'error':
      if (context.calls.settle(frame, rawFrame)) return undefined
      return () => refuse(unasked(frame.uniqueId), rawFrame, receivedMs, context)
    case 'fault':
      return () => refuse(frame, rawFrame, receivedMs, context)
    case 'call':
      return () => onCall(frame, rawFrame, receivedMs, context)
  }
}

async function onCall(call: Call, rawFrame: string, receivedMs: number, context: InboundContext): Promise<void> {
  const { id, dialect, hooks, instruments, heartbeatIntervalS, send, nowMs } = context
  const { version } = dialect
  const checked = dialect.readRequest(call.action, call.payload)
  if (!checked.ok) return refuse({ ...checked.fault, uniqueId: call.uniqueId, answerable: true }, rawFrame, receivedMs, context)
  const heard = checked.value
  try {
    await hooks.onMessage(id, { heard, version, rawFrame, receivedMs, epoch: context.epoch() })
    instruments.heard(version, heard.action)
    send(serialiseResult(call.uniqueId, heard.answer({ stationId: id, nowMs: nowMs(), heartbeatIntervalS })))
  } catch (error) {
    hooks.onError(id, error)
    instruments.refused(version, 'InternalError')
    send(serialiseError(call.uniqueId, dialect.spell('InternalError'), 'the message could not be recorded; send it again'))
  }
}

type Fault = Pick<FrameFault, 'uniqueId' | 'code' | 'description' | 'answerable'> & Partial<Pick<PayloadFault, 'path'>>

async function refuse(fault: Fault, rawFrame: string, receivedMs: number, context: InboundContext): Promise<void> {
  const { id, dialect, hooks, instruments, send } = context
  const { uniqueId, code, description, answerable, path = '' } = fault
  const refused: Refused = { uniqueId, rawFrame, code, description, path, receivedMs }
  instruments.refused(dialect.version, code)
  try {
    await hooks.onRefused(id, refused)
  } catch (error) {
    hooks.onError(id, error)
  }
  if (answerable) send(serialiseError(uniqueId, dialect.spell(code), description, path === '' ? {} : { path }))
}

function unasked(uniqueId: string): Fault {
  return { uniqueId, code: 'ProtocolError', description: `answers no open call: ${uniqueId}`, answerable: false }
}
