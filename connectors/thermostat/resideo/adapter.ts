/** Resideo's Honeywell Home API v2, or one shaped like it: set-points that are changed at once, one thermostat in a call; news come by webhook. */
import type { CloudAdapter } from '../../cloud/adapter.ts'
import { type CloudDeclaration, forCommands, WITH_COMMANDS } from '../../cloud/declaration.ts'
import type { CloudTelemetry } from '../../cloud/polling/telemetry.ts'
import { callsPerMinute } from '../ecobee/adapter.ts'
import { readSettingsMessage } from '../messages.ts'
import { resideoControl, sightOfThermostat } from './control.ts'

/** The API shows the present and keeps no history: energy comes by webhook, or not at all. */
const noTelemetry: CloudTelemetry = {
  streamsOf: () => [],
  streamOf: () => undefined,
  ...{ stepMs: 300_000, readyMs: 0, denseMs: 900_000, restatedDays: 0, longestMs: 0, historyMs: 0, devicesPerCall: 1, daysOf: 'utc' },
  ask() {
    throw new Error('resideo has no telemetry to ask for')
  },
  share: () => [],
}

const declarations = new Map<number, CloudDeclaration>()

export const resideo: CloudAdapter = {
  vendor: 'resideo',
  declare(attributes) {
    const calls = callsPerMinute(attributes)
    const quota = { calls, windowS: 60 }
    const known = declarations.get(calls)
    if (known) return known
    const declared = {
      reactionTimeS: 60,
      quota: forCommands(quota),
      quotas: [quota],
      siteQuota: null,
      devicesPerCall: 1,
      concurrency: 4,
      ...WITH_COMMANDS,
    }
    declarations.set(calls, declared)
    return declared
  },
  identify({ identity }, token) {
    const query: Readonly<Record<string, string>> = 'apiKey' in identity && identity.apiKey !== undefined ? { apikey: identity.apiKey } : {}
    return { headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, query }
  },
  control: resideoControl,
  telemetry: noTelemetry,
  readMessage(raw) {
    const message = readSettingsMessage(raw)
    return message && sightOfThermostat(message.thermostat, message.atMs)
  },
}
