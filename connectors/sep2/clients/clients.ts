/** Who a certificate is: a device, an aggregator of several, a device that may register in band, or nobody. */
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import { sfdiOf } from '../identity.ts'
import { type DeviceView, viewOf } from './device-view.ts'

export interface Client {
  readonly lfdi: string
  /** By device id; the client's own first, where it has one. */
  readonly devices: readonly DeviceView[]
  /** The device that this certificate may register, known by its SFDI. */
  readonly pending: DeviceView | undefined
}

export interface Clients {
  /** undefined where the registry knows nobody of this certificate. */
  find(lfdi: string): Client | undefined
  device(deviceId: string): DeviceView | undefined
  program(programId: string): Program | undefined
  /** A device registered in band; it is so until the log says more of the device. */
  bind(deviceId: string, lfdi: string): void
  takeState(deviceId: string, state: DeviceState | null): void
  takeProgram(programId: string, program: Program | null): void
}

type Index = Map<string, Set<string>>

/** `onChanged` is told of each device of which the registry says something new. */
export function createClients(clock: { nowMs(): number }, onChanged: (deviceId: string) => void): Clients {
  const devices = new Map<string, DeviceView>()
  const programs = new Map<string, Program>()
  const byLfdi: Index = new Map()
  const bySfdi: Index = new Map()
  const found = new Map<string, Client>()

  function replace(deviceId: string, view: DeviceView | null): void {
    const before = devices.get(deviceId)
    if (!before && !view) return
    for (const lfdi of lfdisOf(before)) drop(byLfdi, lfdi, deviceId)
    if (before) drop(bySfdi, String(before.sfdi), deviceId)
    if (view) devices.set(deviceId, view)
    else devices.delete(deviceId)
    for (const lfdi of lfdisOf(view ?? undefined)) add(byLfdi, lfdi, deviceId)
    if (view) add(bySfdi, String(view.sfdi), deviceId)
    for (const lfdi of [...lfdisOf(before), ...lfdisOf(view ?? undefined)]) found.delete(lfdi)
    onChanged(deviceId)
  }

  function look(lfdi: string): Client | undefined {
    const own = [...(byLfdi.get(lfdi) ?? [])].flatMap((deviceId) => devices.get(deviceId) ?? [])
    if (own.length > 0) return { lfdi, devices: own.sort(byIdWithin(lfdi)), pending: undefined }
    const pending = [...(bySfdi.get(String(sfdiOf(lfdi))) ?? [])].flatMap((deviceId) => devices.get(deviceId) ?? [])
    const [only] = pending.filter(({ traits }) => traits.lfdi === undefined && traits.aggregatorLfdi === undefined)
    return only && { lfdi, devices: [], pending: only }
  }

  return {
    find(lfdi) {
      const known = found.get(lfdi) ?? look(lfdi)
      // Whoever may register is looked up each time, for then it is somebody else.
      if (known && !known.pending) found.set(lfdi, known)
      return known
    },
    device: (deviceId) => devices.get(deviceId),
    program: (programId) => programs.get(programId),
    bind(deviceId, lfdi) {
      const view = devices.get(deviceId)
      if (view) replace(deviceId, { ...view, traits: { ...view.traits, lfdi }, sfdi: sfdiOf(lfdi), changedMs: clock.nowMs() })
    },
    takeState: (deviceId, state) => replace(deviceId, state && viewOf(state, clock.nowMs())),
    takeProgram(programId, program) {
      if (program) programs.set(programId, program)
      else programs.delete(programId)
    },
  }
}

const lfdisOf = (view: DeviceView | undefined): string[] =>
  view ? [view.traits.lfdi, view.traits.aggregatorLfdi].filter((lfdi) => lfdi !== undefined) : []

const byIdWithin = (lfdi: string) => (a: DeviceView, b: DeviceView) =>
  Number(b.traits.lfdi === lfdi) - Number(a.traits.lfdi === lfdi) || (a.deviceId < b.deviceId ? -1 : 1)

function add(index: Index, key: string, deviceId: string): void {
  index.set(key, (index.get(key) ?? new Set()).add(deviceId))
}

function drop(index: Index, key: string, deviceId: string): void {
  index.get(key)?.delete(deviceId)
  if (index.get(key)?.size === 0) index.delete(key)
}
