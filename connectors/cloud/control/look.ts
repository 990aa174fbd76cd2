/** Looks at devices through their vendor, and writes down what that shows about their parts. */
import type { Command } from '../../../schemas/dispatch.ts'
import { changeFile, plain } from '../../delivery/recorder.ts'
import type { Passage } from '../line/line.ts'
import type { Sight } from './control.ts'
import { endOf } from './part.ts'
import { type Finding, resolveSight } from './resolve.ts'
import { type Case, forgetPart, postpone, record, type Stage, setPart, succeed } from './stage.ts'

export async function lookAt(stage: Stage, wanted: readonly Case[], passage: Passage): Promise<void> {
  const [first] = wanted
  if (!first) return
  const devices = wanted.map(({ device }) => device)
  const reply = await passage.send(first.control.look(devices, stage.clock.nowMs()))
  if (reply.kind === 'throttled' || reply.kind === 'unauthorised' || reply.kind === 'unreached') return
  const sights = reply.kind === 'answered' ? read(stage, wanted, reply.json) : undefined
  const isRefused = reply.kind === 'refused'
  await Promise.all(
    wanted.map(async (one) => {
      const sight = sights?.get(one.device.deviceId)
      if (sight) return takeSight(stage, one, sight)
      if (wanted.length > 1 && isRefused) stage.alone.add(one.device.deviceId)
      else if (sights || isRefused) await settleUnknownDevice(stage, one)
      else postpone(stage, one.device.deviceId)
    }),
  )
}

function read(stage: Stage, wanted: readonly Case[], json: unknown): ReadonlyMap<string, Sight> | undefined {
  const devices = wanted.map(({ device }) => device)
  try {
    return wanted[0]?.control.readLook(json, devices, stage.clock.nowMs())
  } catch (error) {
    for (const { deviceId } of devices) stage.onError(deviceId, error)
    return undefined
  }
}

/** A device that its vendor does not know takes no command; a release of it is still owed, for the vendor may err. */
async function settleUnknownDevice(stage: Stage, { device, command, file }: Case): Promise<void> {
  postpone(stage, device.deviceId)
  const isWanted = command.segments.length > 0 && file.parts.length === 0 && file.answer.seq < command.seq
  if (!isWanted) return
  const seen = plain('notSupported', 'the vendor does not know the device')
  await record(stage, command, seen)
}

/** What the device shows, by a look or by a message of its vendor. */
export async function takeSight(stage: Stage, { device, control }: Pick<Case, 'device' | 'control'>, sight: Sight): Promise<void> {
  const { deviceId } = device
  const before = stage.sights.get(deviceId)
  // Messages may come in any order.
  if (before && before.atMs > sight.atMs) return
  stage.sights.set(deviceId, sight)
  succeed(stage, deviceId)
  const file = stage.files.get(deviceId)
  if (!file?.command) return
  const { command } = file
  for (const finding of resolveSight(file, sight, control)) await take(stage, command, finding)
  // Whatever was there of ours is among the parts now.
  if (control.abilities.list) changeFile(stage.files, deviceId, (now) => (now.whole ? now : { ...now, whole: true }))
}

async function take(stage: Stage, command: Command, finding: Finding): Promise<void> {
  if (finding.is === 'stray') return takeStray(stage, command, finding.object)
  const { held } = finding
  const { part, vendorHandle } = held
  switch (finding.is) {
    case 'there':
      return record(stage, held, {
        status: 'accepted',
        part,
        vendorHandle: finding.handle,
        code: finding.code,
        detail: 'found by its name',
      })
    case 'absent':
      return forgetPart(stage, held.deviceId, part)
    case 'inForce':
      return record(stage, held, { status: 'applied', part, vendorHandle, code: finding.code })
    case 'notInForce':
      return notInForce(stage, finding)
    case 'ended':
      return settleEnded(stage, command, held)
    case 'failed':
      return record(stage, held, { status: 'rejected', part, vendorHandle, code: finding.code, detail: 'the vendor could not deliver it' })
    case 'overridden':
      return overridden(stage, command, { held, detail: finding.detail })
  }
}

/** Told once for each command. */
async function notInForce(stage: Stage, { held, code }: Extract<Finding, { is: 'notInForce' }>): Promise<void> {
  const { deviceId, part, vendorHandle } = held
  if ((stage.files.get(deviceId)?.checks ?? 0) > 0) return
  changeFile(stage.files, deviceId, (file) => ({ ...file, checks: file.checks + 1 }))
  await record(stage, held, { status: 'accepted', part, vendorHandle, code, detail: 'the device does not show it' })
}

async function settleEnded(stage: Stage, command: Command, held: Extract<Finding, { is: 'ended' }>['held']): Promise<void> {
  if (command.segments.length === 0) return record(stage, command, plain('released', 'read back'))
  await record(stage, held, { status: 'released', part: held.part, vendorHandle: held.vendorHandle, detail: 'read back' })
}

/** A person's word is never fought: the device leaves the event, unless that is over anyhow. */
async function overridden(
  stage: Stage,
  command: Command,
  { held, detail }: Pick<Extract<Finding, { is: 'overridden' }>, 'held' | 'detail'>,
): Promise<void> {
  const { part, vendorHandle } = held
  const isRelease = command.segments.length === 0
  await record(stage, isRelease ? held : command, { status: 'overridden', part, vendorHandle, detail })
  if (!isRelease && endOf(part) > stage.clock.nowMs()) await stage.edge.leftEvents(command, detail)
}

/** Not written down: whoever comes after a crash would find it again. It is no part of the newest command, so that it is ended. */
function takeStray(stage: Stage, command: Command, { handle, startMs, endMs, code }: Extract<Finding, { is: 'stray' }>['object']): void {
  const { deviceId, commandId, seq, expiresMs } = command
  setPart(stage, {
    ...{ deviceId, commandId, seq, expiresMs, vendorHandle: handle, code, status: 'accepted', detail: 'stray' },
    ...{ atMs: stage.clock.nowMs(), epoch: -1, node: '', release: false, lastEndMs: endMs },
    part: `${startMs}/${endMs}/stray-${handle}`,
  })
}
