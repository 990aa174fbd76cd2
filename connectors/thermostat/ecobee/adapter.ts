/** ecobee's API v1 for utilities, or one shaped like it: demand response for lists of thermostats, runtime reports of five minutes. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import type { CloudAdapter } from '../../cloud/adapter.ts'
import { type CloudDeclaration, forCommands, WITH_COMMANDS } from '../../cloud/declaration.ts'
import { ecobeeControl } from './control.ts'
import { statusSchema } from './status.ts'
import { ecobeeTelemetry } from './telemetry.ts'

const MINUTE_S = 60
/** The vendor publishes no number; what an account was granted stands in `extra.callsPerMinute`. */
const DEFAULT_CALLS = 60
/** A selection holds 25 thermostats. */
const LIST = 25

export function callsPerMinute({ extra }: DeviceAttributes): number {
  return /^[1-9]\d{0,5}$/.test(extra.callsPerMinute ?? '') ? Number(extra.callsPerMinute) : DEFAULT_CALLS
}

const declarations = new Map<number, CloudDeclaration>()

/** Codes of the status object: no token, a token that is no good (any more), not allowed. */
const UNAUTHORISED = [1, 2, 14, 16]

export const ecobee: CloudAdapter = {
  vendor: 'ecobee',
  declare(attributes) {
    const calls = callsPerMinute(attributes)
    const quota = { calls, windowS: MINUTE_S }
    const known = declarations.get(calls)
    if (known) return known
    // One report may be open at a time. Thermostats fetch their events within minutes.
    const declared = {
      reactionTimeS: 300,
      quota: forCommands(quota),
      quotas: [quota],
      siteQuota: null,
      devicesPerCall: LIST,
      concurrency: 1,
      ...WITH_COMMANDS,
    }
    declarations.set(calls, declared)
    return declared
  },
  identify: (_, token) => ({ headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, query: {} }),
  readRefusal(json) {
    const status = statusSchema.safeParse(json)
    if (!status.success) return undefined
    return UNAUTHORISED.includes(status.data.status.code) ? 'unauthorised' : 'refused'
  },
  control: ecobeeControl,
  telemetry: ecobeeTelemetry,
}
