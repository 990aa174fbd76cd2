/** The inverter protocol under the contract: its connector, and batteries behind simulated clouds in the shape of Enphase's. */
import { startInverter } from '../../connectors/inverter/role.ts'
import { connectors } from '../../connectors/registry.ts'
import { someAttributes } from '../build/changes.ts'
import { type EnphaseSite, startEnphase } from '../vendors/enphase.ts'
import { type CloudKind, cloudSkips, type ScriptedCloud, startCloudConnector } from './cloud-device.ts'
import type { Answering, ProtocolUnderTest } from './protocol.ts'

const RATED_W = 10_000

const attributes = {
  ...someAttributes({ protocol: 'inverter', vendor: 'enphase', ratedW: RATED_W, minimumW: 0, credential: 'own' }),
  extra: { asset: 'battery', vppProgram: 'vpp-1', plan: 'gigawatt' },
  standingLimitW: 8_000,
}

const kind: CloudKind = {
  vendor: 'enphase',
  attributes,
  startRole: startInverter,
  stretchOf({ path, query }) {
    if (!path.startsWith('v4/systems/')) return undefined
    const fromMs = Number(query.get('start_at')) * 1000
    return { fromMs, untilMs: fromMs + (query.get('granularity') === 'week' ? 7 : 1) * 86_400_000 }
  },
  commandOf({ path, method }) {
    if (!path.startsWith('v2/events')) return undefined
    return { POST: 'set' as const, DELETE: 'release' as const }[method]
  },
  async openCloud(id, clock): Promise<ScriptedCloud> {
    const state = { answering: 'accepts' as Answering, bump: 0 }
    const site: EnphaseSite = {
      id,
      deliveryMs: 0,
      isConnected: () => true,
      answering: () => (state.answering === 'ignores' || state.answering === 'rejects' ? state.answering : 'accepts'),
      energyWh: () => ({ charge: 0, discharge: state.bump }),
    }
    const sites = new Map([[id, site]])
    const server = await startEnphase({ clock, sites })
    const limitOf = (body: Readonly<Record<string, unknown>>): number => RATED_W - Number(body.rate_watt)
    return {
      server,
      get answering() {
        return state.answering
      },
      set answering(next) {
        state.answering = next
        if (next === 'notSupported') sites.delete(id)
        else sites.set(id, site)
      },
      limitW(atMs) {
        const body = server.inForce(id, atMs).at(-1)?.body
        return body ? limitOf(body) : Number.POSITIVE_INFINITY
      },
      holdForeignLimit(limitW) {
        const nowMs = clock.nowMs()
        const body = { functions: ['BATTERY'], rate_watt: RATED_W - limitW }
        server.addEvent({ name: 'of another aggregator', startMs: nowMs, endMs: nowMs + 3_600_000, siteIds: [id], body })
      },
      override: () => server.leave(id),
      newValue() {
        state.bump += 1
      },
    }
  },
}

export const inverter: ProtocolUnderTest = {
  name: 'inverter',
  isCloud: true,
  connector: connectors.inverter,
  attributes,
  start: (options) => startCloudConnector(kind, options),
  skips: cloudSkips,
}
