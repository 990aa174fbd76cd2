/** Sets one part at a vendor for one device or several in one call; `attempting` is durable before the vendor can have it. */
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import { plain } from '../../delivery/recorder.ts'
import type { Reply } from '../line/call.ts'
import type { Passage } from '../line/line.ts'
import type { Placed, Placing } from './control.ts'
import { bodyOf, type Part, tagOf } from './part.ts'
import { type Case, forgetPart, isNewest, postpone, record, type Stage, succeed } from './stage.ts'

/** A device for which a part is due. */
export interface ToPlace extends Case {
  readonly part: Part
  readonly replaces: DeviceAck | undefined
}

type Ready = ToPlace & { readonly placing: Placing }

export async function placeParts(stage: Stage, wanted: readonly ToPlace[], passage: Passage): Promise<void> {
  const [first] = wanted
  if (!first) return
  const tag = tagOf(
    wanted.map(({ command }) => command),
    first.part.key,
    stage.clock.nowMs(),
  )
  const ready = (await Promise.all(wanted.map((one) => prepare(stage, one, tag)))).filter((one) => one !== undefined)
  const [some] = ready
  if (!some) return
  const placings = ready.map(({ placing }) => placing)
  const reply = await passage.send(some.control.place(placings, tag))
  await settle(stage, ready, reply)
}

/** undefined: it is not to be sent (any more). */
async function prepare(stage: Stage, one: ToPlace, tag: string): Promise<Ready | undefined> {
  const { device, command, part, control, replaces } = one
  const { deviceId } = device
  const sight = stage.sights.get(deviceId)
  const body = bodyOf(part, sight?.mode ?? '') ?? null
  const handle =
    control.oneSlot && sight && body !== null ? control.oneSlot.handleOf(sight, body, replaces?.vendorHandle) : control.nameOf(tag)
  if (body === null || handle === undefined) {
    const detail = `the device is in mode "${sight?.mode ?? ''}", in which nothing can be set`
    await record(stage, command, { status: 'rejected', part: part.key, code: 'mode', detail })
    return undefined
  }
  try {
    await record(stage, command, { status: 'attempting', part: part.key, vendorHandle: handle })
  } catch {
    forgetPart(stage, deviceId, part.key)
    postpone(stage, deviceId)
    return undefined
  }
  if (isNewest(stage, command)) return { ...one, placing: { device, command, part, body, sight, handle } }
  forgetPart(stage, deviceId, part.key)
  await record(stage, command, plain('superseded', 'a newer command came'))
  return undefined
}

async function settle(stage: Stage, ready: readonly Ready[], reply: Reply): Promise<void> {
  switch (reply.kind) {
    case 'answered':
      return settleAnswer(stage, ready, reply.json)
    case 'refused':
      return settleRefusal(stage, ready, reply)
    case 'throttled':
    case 'unauthorised':
    case 'unreached':
      for (const { device, part } of ready) forgetPart(stage, device.deviceId, part.key)
      return
    case 'unknown':
      await Promise.all(ready.map((one) => settleUnknown(stage, one, reply.detail)))
  }
}

async function settleAnswer(stage: Stage, ready: readonly Ready[], json: unknown): Promise<void> {
  let placed: ReadonlyMap<string, Placed>
  try {
    const control = (ready[0] as Ready).control
    placed = control.readPlaced(
      json,
      ready.map(({ placing }) => placing),
    )
  } catch (error) {
    await Promise.all(ready.map((one) => settleUnknown(stage, one, `the answer makes no sense: ${String(error)}`.slice(0, 300))))
    return
  }
  await Promise.all(ready.map((one) => settleOne(stage, one, placed.get(one.device.deviceId))))
}

async function settleOne(stage: Stage, one: Ready, placed: Placed | undefined): Promise<void> {
  const { command, part, device, placing } = one
  if (!placed) return settleUnknown(stage, one, 'the answer does not name the device')
  succeed(stage, device.deviceId)
  const { status, code, detail, handle } = placed
  await record(stage, command, { status, part: part.key, vendorHandle: handle || placing.handle, code, detail })
}

async function settleUnknown(stage: Stage, { command, part, placing, device }: Ready, detail: string): Promise<void> {
  postpone(stage, device.deviceId)
  await record(stage, command, { status: 'timedOut', part: part.key, vendorHandle: placing.handle, detail })
}

/** A list is refused for one of its devices: each is asked about alone, so that one does not hold up the others. */
async function settleRefusal(
  stage: Stage,
  ready: readonly Ready[],
  { status, detail }: Extract<Reply, { kind: 'refused' }>,
): Promise<void> {
  if (ready.length > 1) {
    for (const { device, part } of ready) {
      stage.alone.add(device.deviceId)
      forgetPart(stage, device.deviceId, part.key)
    }
    return
  }
  const word = status === 404 || status === 405 || status === 501 ? 'notSupported' : 'rejected'
  for (const { command, part } of ready) await record(stage, command, { status: word, part: part.key, code: String(status), detail })
}

/** A part that another command set, and that the newest one wants as it is. */
export async function keepPart(stage: Stage, { command }: Case, held: DeviceAck): Promise<void> {
  const { part, vendorHandle, code, status } = held
  if (status !== 'accepted' && status !== 'applied') return
  await record(stage, command, { status, part, vendorHandle, code, detail: 'it was set before' })
}

/** Its end needs no call. */
export const cedePart = (stage: Stage, held: DeviceAck): Promise<void> =>
  record(stage, held, { status: 'released', part: held.part, detail: 'the next part took its place' })
