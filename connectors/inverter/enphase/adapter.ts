/** Enphase's monitoring API v4 and grid services, or ones shaped like them: OAuth with rotating refresh tokens, quotas by plan, events as commands. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import type { CloudAdapter } from '../../cloud/adapter.ts'
import { type CloudDeclaration, forCommands, type Quota, WITH_COMMANDS } from '../../cloud/declaration.ts'
import { enphaseControl } from './control.ts'
import { enphaseTelemetry } from './telemetry.ts'

const MINUTE_S = 60
const MONTH_S = 30 * 86_400

/** Plans of the developer portal: calls a minute, and a month. */
const PLANS = {
  watt: [10, 1_000],
  kilowatt: [50, 50_000],
  megawatt: [100, 300_000],
  gigawatt: [300, 1_500_000],
} as const
export type Plan = keyof typeof PLANS

export const isPlan = (name: string): name is Plan => Object.hasOwn(PLANS, name)

/** `extra.plan`; the smallest where it names none. */
export function planOf({ extra }: DeviceAttributes): Plan {
  return extra.plan !== undefined && isPlan(extra.plan) ? extra.plan : 'watt'
}

function declarationOf(plan: Plan): CloudDeclaration {
  const [perMinute, perMonth] = PLANS[plan]
  const quotas: readonly Quota[] = [
    { calls: perMinute, windowS: MINUTE_S },
    { calls: perMonth, windowS: MONTH_S },
  ]
  // Gateways fetch what their cloud holds for them within minutes.
  const quota = forCommands({ calls: perMinute, windowS: MINUTE_S })
  return { reactionTimeS: 300, quota, quotas, siteQuota: null, devicesPerCall: 50, concurrency: 4, ...WITH_COMMANDS }
}

const declarations: Readonly<Record<Plan, CloudDeclaration>> = {
  watt: declarationOf('watt'),
  kilowatt: declarationOf('kilowatt'),
  megawatt: declarationOf('megawatt'),
  gigawatt: declarationOf('gigawatt'),
}

export const enphase: CloudAdapter = {
  vendor: 'enphase',
  declare: (attributes) => declarations[planOf(attributes)],
  identify({ identity }, token) {
    const key: Readonly<Record<string, string>> = 'apiKey' in identity && identity.apiKey !== undefined ? { key: identity.apiKey } : {}
    return { headers: { ...key, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, query: {} }
  },
  control: enphaseControl,
  telemetry: enphaseTelemetry,
}
