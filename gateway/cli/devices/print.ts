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

export function describeDevice(device: DeviceOverview): string {
  const { deviceId, protocol, terminated, owed } = device
  return [
    deviceId,
    terminated ? `${protocol}, terminated` : protocol,
    connectionWords(device),
    telemetryWords(device),
    commandWords(device),
    ...(owed ? [`OWES release ${owed.seq} since ${atTime(owed.sinceMs)}; its own copy ends ${atTime(owed.untilMs)}`] : []),
  ].join('  ')
}
