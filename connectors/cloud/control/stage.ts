/** What the desk and its calls share: the devices of this node, their files, what was seen of them, and the ways to write it down. */
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import { retryAtMs, spreadOf } from '../../delivery/decide.ts'
import type { DeviceFile } from '../../delivery/device-file.ts'
import type { Edge } from '../../delivery/edge.ts'
import { type About, changeFile, type DeviceFiles, type Recorder, type Seen } from '../../delivery/recorder.ts'
import type { CloudAdapter } from '../adapter.ts'
import type { CloudDevice } from '../device.ts'
import type { CloudInstruments } from '../instruments.ts'
import type { Line } from '../line/line.ts'
import type { Control, Sight } from './control.ts'
import { type Part, readParts } from './part.ts'

export interface DeskOptions {
  readonly devices: ReadonlyMap<string, CloudDevice>
  readonly adapters: ReadonlyMap<string, CloudAdapter>
  /** undefined: the credential of the device has no entry. */
  readonly lineOf: (device: CloudDevice) => Line | undefined
  readonly files: DeviceFiles
  readonly recorder: Recorder
  readonly edge: Pick<Edge, 'leftEvents'>
  readonly clock: Clock
  readonly instruments: CloudInstruments
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface Stage extends DeskOptions {
  readonly sights: Map<string, Sight>
  /** Devices for which a call is under way. */
  readonly busy: Set<string>
  /** Devices that a vendor refused in company, and that are asked about one by one. */
  readonly alone: Set<string>
  readonly timers: Map<string, NodeJS.Timeout>
  isRunning: boolean
}

/** A device whose step is due, with all that its step rests on. */
export interface Case {
  readonly device: CloudDevice
  readonly control: Control
  readonly line: Line
  readonly file: DeviceFile
  readonly command: Command
}

/** undefined: there is nothing that could be done here for the device. */
export function caseOf(stage: Stage, deviceId: string): Case | undefined {
  const device = stage.devices.get(deviceId)
  const file = stage.files.get(deviceId)
  const control = device && stage.adapters.get(device.vendor)?.control
  const line = device && stage.lineOf(device)
  return device && control && line && file?.command ? { device, control, line, file, command: file.command } : undefined
}

/** Parts of the newest command; undefined where its payload is not of this connector. */
export const partsOf = ({ command, device }: Case): readonly Part[] | undefined =>
  command.segments.length === 0 ? [] : readParts(command.payload, device.vendor)

/** Whether no newer command came since. */
export const isNewest = ({ files }: Stage, { deviceId, seq }: Command): boolean => files.get(deviceId)?.command?.seq === seq

/** A fault while writing is told, and the step is done again: what is not on the log did not happen. */
export async function record({ recorder, onError }: Stage, about: About, seen: Partial<Seen> & Pick<Seen, 'status'>): Promise<void> {
  try {
    await recorder.record(about, { code: '', detail: '', vendorHandle: '', ...seen })
  } catch (error) {
    onError(about.deviceId, error)
    throw error
  }
}

/** The part is not at the vendor; said to nobody, since a successor finds out by itself. */
export function forgetPart({ files }: Stage, deviceId: string, part: string): void {
  changeFile(files, deviceId, (file) => ({ ...file, parts: file.parts.filter((held) => held.part !== part) }))
}

export function setPart({ files }: Stage, ack: DeviceAck): void {
  changeFile(files, ack.deviceId, (file) => ({ ...file, parts: [...file.parts.filter(({ part }) => part !== ack.part), ack] }))
}

export function postpone({ files, clock }: Stage, deviceId: string): void {
  changeFile(files, deviceId, (file) => {
    const tries = file.tries + 1
    return { ...file, tries, notBeforeMs: retryAtMs(tries, clock.nowMs(), spreadOf('retry', deviceId)) }
  })
}

/** Something came of a call: the next one is not put off, and goes in company again. */
export function succeed({ files, alone }: Stage, deviceId: string): void {
  alone.delete(deviceId)
  changeFile(files, deviceId, (file) => (file.tries === 0 && file.notBeforeMs === 0 ? file : { ...file, tries: 0, notBeforeMs: 0 }))
}
