/** Says of each device what an operator asks first: connected, heard of, last command and what became of it, release owed. Pure. */
import { covers } from '../../../processors/enrollment/period.ts'
import type { WatchedChannel } from '../../../processors/gaps/state.ts'
import type { OwedRelease } from '../../../processors/outcomes/debts.ts'
import type { DeviceCommands } from '../../../processors/outcomes/tracked.ts'
import type { DevicePresence } from '../../../schemas/devices.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { Heard } from './heard.ts'

/** Tables by device, except `channels`. */
export interface DeviceTables {
  readonly states: ReadonlyMap<string, DeviceState>
  readonly presence: ReadonlyMap<string, DevicePresence>
  readonly commands: ReadonlyMap<string, DeviceCommands>
  readonly debts: ReadonlyMap<string, OwedRelease>
  /** By device and channel. */
  readonly channels: ReadonlyMap<string, WatchedChannel>
  /** What analytics knows, by device; undefined = it does not answer. */
  readonly heard: ReadonlyMap<string, Heard> | undefined
}

/** Times are epoch ms UTC. */
export interface DeviceOverview {
  readonly deviceId: string
  readonly protocol: string
  readonly terminated: boolean
  /** Programs that it is in now. */
  readonly programs: readonly string[]
  /** null = the device never connected; protocols without connections have none. */
  readonly connection: { readonly connected: boolean; readonly sinceMs: number; readonly node: string } | null
  /** When the last body came, imports included; null = none did, undefined = not known without analytics. */
  readonly receivedMs: number | null | undefined
  /** How far the device's clock is ahead of ours, as far as its readings of the last day show, ms; null = none came, undefined = not known without analytics. */
  readonly clockLeadMs: number | null | undefined
  /** Until when live readings reach, as the gap detector has it; null = none came, or none is expected. */
  readonly coveredUntilMs: number | null
  readonly command: {
    readonly seq: number
    readonly issuedMs: number
    readonly release: boolean
    /** null = nothing was decided yet. */
    readonly outcome: string | null
    readonly seen: string
  } | null
  /** A release that the device has not confirmed. */
  readonly owed: { readonly seq: number; readonly sinceMs: number; readonly untilMs: number } | null
}

function heardUntil(channels: ReadonlyMap<string, WatchedChannel>): ReadonlyMap<string, number> {
  const until = new Map<string, number>()
  for (const { deviceId, heard, coveredUntilMs } of channels.values())
    if (heard) until.set(deviceId, Math.max(coveredUntilMs, until.get(deviceId) ?? 0))
  return until
}

function commandOf(commands: DeviceCommands | undefined): DeviceOverview['command'] {
  const last = commands?.commands.at(-1)
  if (!last) return null
  const { seq, issuedMs, lastEndMs, known, outcome, seen } = last
  return { seq, issuedMs, release: known && lastEndMs === 0, outcome, seen }
}

function owedOf(debt: OwedRelease | undefined, nowMs: number): DeviceOverview['owed'] {
  if (!debt || debt.owedUntilMs <= nowMs) return null
  return { seq: debt.seq, sinceMs: debt.sinceMs, untilMs: debt.owedUntilMs }
}

/** In the order of device ids. */
export function overviewOf({ states, presence, commands, debts, channels, heard }: DeviceTables, nowMs: number): readonly DeviceOverview[] {
  const telemetry = heardUntil(channels)
  return [...states.values()]
    .sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
    .map(({ deviceId, attributes, terminatedMs, enrollments }) => {
      const seen = presence.get(deviceId)
      return {
        deviceId,
        protocol: attributes.protocol,
        terminated: terminatedMs !== null && terminatedMs <= nowMs,
        programs: [...new Set(enrollments.filter((one) => covers(one, nowMs)).map(({ programId }) => programId))],
        connection: seen ? { connected: seen.connected, sinceMs: seen.sinceMs, node: seen.node } : null,
        receivedMs: heard && (heard.get(deviceId)?.receivedMs ?? null),
        clockLeadMs: heard && (heard.get(deviceId)?.clockLeadMs ?? null),
        coveredUntilMs: telemetry.get(deviceId) ?? null,
        command: commandOf(commands.get(deviceId)),
        owed: owedOf(debts.get(deviceId), nowMs),
      }
    })
}
