/** Prints overviews of devices, one line each. */
import { atTime } from '../explain/format.ts'
import type { DeviceOverview } from './overview.ts'

function connectionWords({ connection }: DeviceOverview): string {
  if (!connection) return 'no connection'
  return `${connection.connected ? 'connected' : 'away'} since ${atTime(connection.sinceMs)}`
}

function commandWords({ command }: DeviceOverview): string {
  if (!command) return 'no command'
  const became = command.outcome ?? (command.seen === 'nothing' ? 'no answer yet' : `${command.seen}, no outcome yet`)
  return `${command.release ? 'release' : 'command'} ${command.seq} of ${atTime(command.issuedMs)}: ${became}`
}

function telemetryWords({ receivedMs, coveredUntilMs }: DeviceOverview): string {
  if (receivedMs === null) return 'no telemetry'
  if (receivedMs !== undefined) return `telemetry at ${atTime(receivedMs)}`
  return coveredUntilMs === null ? 'no live telemetry' : `telemetry up to ${atTime(coveredUntilMs)}`
}

/** Less than this is the way of a message, not a fault of a clock. */
const LEAD_WORTH_TELLING_MS = 60_000
/** A reading may well come so late. */
const LAG_WORTH_TELLING_MS = 3_600_000

function clockWords({ clockLeadMs }: DeviceOverview): readonly string[] {
  if (clockLeadMs === null || clockLeadMs === undefined) return []
  const minutes = Math.round(Math.abs(clockLeadMs) / 60_000)
  if (clockLeadMs >= LEAD_WORTH_TELLING_MS) return [`CLOCK ${minutes} min ahead`]
  return clockLeadMs <= -LAG_WORTH_TELLING_MS ? [`CLOCK ${minutes} min behind, or all readings late`] : []
}

export function describeDevice(device: DeviceOverview): string {
  const { deviceId, protocol, terminated, owed } = device
  return [
    deviceId,
    terminated ? `${protocol}, terminated` : protocol,
    connectionWords(device),
    telemetryWords(device),
    commandWords(device),
    ...clockWords(device),
    ...(owed ? [`OWES release ${owed.seq} since ${atTime(owed.sinceMs)}; its own copy ends ${atTime(owed.untilMs)}`] : []),
  ].join('  ')
}
