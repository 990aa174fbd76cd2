/** SolarEdge's monitoring API, or one shaped like it: telemetry only, with a key, by site. */
import type { CloudAdapter } from '../../cloud/adapter.ts'
import { type CloudDeclaration, TELEMETRY_ONLY } from '../../cloud/declaration.ts'
import { solaredgeTelemetry } from './telemetry.ts'

const DAY_S = 86_400

/** Monitoring Server API, usage limitations: 300 requests a day for each key and for each site, three at once, 100 sites in a bulk request. */
const declaration: CloudDeclaration = {
  reactionTimeS: DAY_S,
  quota: { calls: 300, windowS: DAY_S },
  quotas: [{ calls: 300, windowS: DAY_S }],
  siteQuota: { calls: 300, windowS: DAY_S },
  devicesPerCall: 100,
  concurrency: 3,
  ...TELEMETRY_ONLY,
}

export const solaredge: CloudAdapter = {
  vendor: 'solaredge',
  declare: () => declaration,
  identify({ identity }) {
    return { headers: {}, query: identity.kind === 'apiKey' ? { api_key: identity.apiKey } : {} }
  },
  telemetry: solaredgeTelemetry,
}
