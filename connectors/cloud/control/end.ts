/** Ends parts at a vendor: cancels them, or puts back what was found. It is owed until the vendor has taken it. */
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import { changeFile, plain } from '../../delivery/recorder.ts'
import type { CloudDevice } from '../device.ts'
import type { Reply } from '../line/call.ts'
import type { Passage } from '../line/line.ts'
import type { Ending } from './control.ts'
import { endOf, startOf } from './part.ts'
import { type Case, isNewest, postpone, record, type Stage, succeed } from './stage.ts'

/** A device of which a part is to be ended; `held` undefined: whatever is there. */
export interface ToEnd extends Case {
  readonly held: DeviceAck | undefined
}

/** Several only where they share one handle. */
export async function endParts(stage: Stage, wanted: readonly ToEnd[], passage: Passage): Promise<void> {
  const marked = (await Promise.all(wanted.map((one) => mark(stage, one)))).filter((one) => one !== undefined)
  const [first] = marked
  if (!first) return
  const { control, held, device } = first
  const others = control.sharesHandles && held ? othersOf(stage, held.vendorHandle, marked) : []
  const endings = marked.map((one) => endingOf(stage, one))
  const rest = others.map((other) => other.device)
  const call = held || !control.oneSlot ? control.end(endings, rest) : control.oneSlot.reset(device)
  const reply = await passage.send(call)
  await settle(stage, { marked, others: control.endsForAll(endings, rest) ? others : [] }, reply)
}

/** `sent` is durable before the vendor can have it; undefined: it could not be written down. */
async function mark(stage: Stage, one: ToEnd): Promise<ToEnd | undefined> {
  const { command, held, device } = one
  if (!isNewest(stage, command)) return undefined
  try {
    await record(stage, command, held ? { status: 'sent', part: held.part, vendorHandle: held.vendorHandle } : plain('sent'))
    return one
  } catch {
    postpone(stage, device.deviceId)
    return undefined
  }
}

function endingOf({ sights, clock }: Stage, { device, held }: ToEnd): Ending {
  const isRunning = held !== undefined && startOf(held.part) <= clock.nowMs()
  return { device, handle: held?.vendorHandle ?? '', sight: sights.get(device.deviceId), isRunning }
}

interface Other {
  readonly device: CloudDevice
  readonly held: DeviceAck
}

/** Devices that hold a handle and do not want it ended. */
function othersOf({ files, devices }: Stage, handle: string, marked: readonly ToEnd[]): readonly Other[] {
  const others: Other[] = []
  for (const [deviceId, { parts }] of files) {
    const held = parts.find((part) => part.vendorHandle === handle && (part.status === 'accepted' || part.status === 'applied'))
    const device = devices.get(deviceId)
    if (held && device && !marked.some((one) => one.device.deviceId === deviceId)) others.push({ device, held })
  }
  return others
}

interface Party {
  readonly marked: readonly ToEnd[]
  readonly others: readonly Other[]
}

async function settle(stage: Stage, party: Party, reply: Reply): Promise<void> {
  const { marked } = party
  switch (reply.kind) {
    case 'answered':
      try {
        marked[0]?.control.readEnded(reply.json)
      } catch (error) {
        return settleFailure(stage, marked, plain('rejected', error instanceof Error ? error.message : String(error)))
      }
      return settleEnded(stage, party)
    case 'refused':
      // It is gone already.
      if (reply.status === 404 || reply.status === 410) return settleEnded(stage, party)
      return settleFailure(stage, marked, { ...plain('rejected', reply.detail), code: String(reply.status) })
    case 'unknown':
      return settleFailure(stage, marked, plain('timedOut', reply.detail))
    case 'throttled':
    case 'unauthorised':
    case 'unreached':
      return
  }
}

async function settleEnded(stage: Stage, { marked, others }: Party): Promise<void> {
  await Promise.all([
    ...marked.map((one) => settleOne(stage, one)),
    ...others.map(({ held }) =>
      record(stage, held, { status: 'released', part: held.part, detail: 'it ended with those of its call, and is set again' }),
    ),
  ])
}

/** The last part of a release settles it; any other is told of by itself. */
async function settleOne(stage: Stage, { command, held, device }: ToEnd): Promise<void> {
  const { deviceId } = device
  succeed(stage, deviceId)
  const isRelease = command.segments.length === 0
  const rest = (stage.files.get(deviceId)?.parts ?? []).filter(({ part, status }) => part !== held?.part && status !== 'rejected')
  if (isRelease && !rest.some(({ part }) => endOf(part) > stage.clock.nowMs())) {
    if (!held) changeFile(stage.files, deviceId, (file) => ({ ...file, whole: true }))
    return record(stage, command, plain('released'))
  }
  if (held) await record(stage, held, { status: 'released', part: held.part, vendorHandle: held.vendorHandle })
}

/** A refused release is told of and still owed; what ends by its own time is only tried again. */
async function settleFailure(stage: Stage, marked: readonly ToEnd[], seen: ReturnType<typeof plain>): Promise<void> {
  for (const { command, device, held } of marked) {
    postpone(stage, device.deviceId)
    if (command.segments.length === 0) await record(stage, command, seen)
    else stage.onError(device.deviceId, new Error(`${held?.vendorHandle}: could not be ended: ${seen.detail}`))
  }
}
