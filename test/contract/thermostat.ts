/** The thermostat protocol under the contract: its connector, and thermostats behind simulated clouds in the shape of ecobee's. */

import { connectors } from '../../connectors/registry.ts'
import { startThermostat } from '../../connectors/thermostat/role.ts'
import { someAttributes } from '../build/changes.ts'
import { type EcobeeThermostat, startEcobee } from '../vendors/ecobee.ts'
import { type CloudKind, cloudSkips, type ScriptedCloud, startCloudConnector } from './cloud-device.ts'
import type { Answering, ProtocolUnderTest } from './protocol.ts'

const RATED_W = 10_000
const MOST_C = 5
/** Tenths of a degree Fahrenheit, at which all of the rated power counts as shed. */
const MOST_TENTHS_F = MOST_C * 18

const attributes = {
  ...someAttributes({ protocol: 'thermostat', vendor: 'ecobee', ratedW: RATED_W, minimumW: 0, credential: 'own' }),
  extra: { maxOffsetC: String(MOST_C), zone: 'America/Los_Angeles', callsPerMinute: '600' },
  standingLimitW: 8_000,
}

const kind: CloudKind = {
  vendor: 'ecobee',
  attributes,
  startRole: (options) => startThermostat({ ...options, webhookPort: 0 }),
  stretchOf({ path, query }) {
    if (path !== 'runtimeReport') return undefined
    const { startDate, startInterval, endDate, endInterval } = JSON.parse(query.get('body') ?? '{}')
    const fromMs = Date.parse(startDate) + startInterval * 300_000
    return { fromMs, untilMs: Date.parse(endDate) + (endInterval + 1) * 300_000 }
  },
  commandOf({ path, method, body }) {
    if (method !== 'POST' || path === 'token') return undefined
    return path === 'demandResponse' && body.includes('"create"') ? 'set' : 'release'
  },
  async openCloud(id, clock): Promise<ScriptedCloud> {
    const state = { answering: 'accepts' as Answering, bump: 0 }
    const thermostat: EcobeeThermostat = {
      id,
      zone: attributes.extra.zone,
      deliveryMs: 0,
      isConnected: () => true,
      mode: () => 'cool',
      answering: () => (state.answering === 'ignores' || state.answering === 'rejects' ? state.answering : 'accepts'),
      runtimeS: () => ({ cool: state.bump % 300, heat: 0, aux: 0 }),
    }
    const thermostats = new Map([[id, thermostat]])
    const server = await startEcobee({ clock, thermostats })
    const limitOf = ({ coolRelativeTemp }: Readonly<Record<string, unknown>>): number =>
      RATED_W * (1 - Number(coolRelativeTemp) / MOST_TENTHS_F)
    return {
      server,
      get answering() {
        return state.answering
      },
      set answering(next) {
        state.answering = next
        if (next === 'notSupported') thermostats.delete(id)
        else thermostats.set(id, thermostat)
      },
      limitW(atMs) {
        const event = server.inForce(id, atMs).at(-1)?.event
        return event ? Math.round(limitOf(event)) : Number.POSITIVE_INFINITY
      },
      holdForeignLimit(limitW) {
        const nowMs = clock.nowMs()
        const event = { coolRelativeTemp: (1 - limitW / RATED_W) * MOST_TENTHS_F }
        server.addEvent({ name: 'another', startMs: nowMs, endMs: nowMs + 3_600_000, ids: [id], event })
      },
      override: () => server.override(id),
      newValue() {
        state.bump += 1
      },
    }
  },
}

export const thermostat: ProtocolUnderTest = {
  name: 'thermostat',
  isCloud: true,
  connector: connectors.thermostat,
  attributes,
  start: (options) => startCloudConnector(kind, options),
  skips: {
    ...cloudSkips,
    'notSupported is final: the command is not sent again, not even on a new connection':
      'the look at its mode shows that the vendor does not know it, and nothing is attempted',
  },
}
