/** The thermostat protocol under the contract once more: thermostats of which one set-point is moved and put back, in the shape of Resideo's. */

import { connectors } from '../../connectors/registry.ts'
import { type RunningThermostat, startThermostat } from '../../connectors/thermostat/role.ts'
import { someAttributes } from '../build/changes.ts'
import { sendWebhook } from '../support/webhook.ts'
import { type ResideoThermostat, type ResideoValues, startResideo } from '../vendors/resideo.ts'
import { type CloudKind, cloudSkips, type ScriptedCloud, startCloudConnector } from './cloud-device.ts'
import type { Answering, ProtocolUnderTest } from './protocol.ts'

const RATED_W = 10_000
const MOST_C = 5
const FOUND: ResideoValues = { mode: 'Cool', heatSetpoint: 18, coolSetpoint: 24, thermostatSetpointStatus: 'NoHold' }

const attributes = {
  ...someAttributes({ protocol: 'thermostat', vendor: 'resideo', ratedW: RATED_W, minimumW: 0, credential: 'own' }),
  extra: { maxOffsetC: String(MOST_C), locationId: 'home', callsPerMinute: '600' },
  standingLimitW: 8_000,
}

const kind: CloudKind = {
  vendor: 'resideo',
  attributes,
  startRole: (options) => startThermostat({ ...options, webhookPort: 0 }),
  stretchOf: undefined,
  async tell(id, role, clock) {
    const nowMs = clock.nowMs()
    const event = {
      eventId: `${id}-${nowMs}`,
      deviceId: id,
      type: 'runtime',
      startTime: new Date(nowMs - (nowMs % 300_000) - 300_000),
      cool: [300],
    }
    await sendWebhook((role as RunningThermostat).webhookPort, id, { events: [event] }, { nowMs })
  },
  commandOf({ path, method, body }) {
    if (method !== 'POST' || path === 'token') return undefined
    return body.includes('"PermanentHold"') ? 'set' : 'release'
  },
  async openCloud(id, clock): Promise<ScriptedCloud> {
    const state = { answering: 'accepts' as Answering, foreignC: 0 }
    const thermostat: ResideoThermostat = {
      id,
      units: 'Celsius',
      values: FOUND,
      history: [],
      isAlive: () => true,
      answering: () => (state.answering === 'ignores' || state.answering === 'rejects' ? state.answering : 'accepts'),
    }
    const thermostats = new Map([[id, thermostat]])
    const server = await startResideo({ clock, thermostats })
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
        const { coolSetpoint } = thermostat.history.findLast((set) => set.atMs <= atMs)?.values ?? FOUND
        const offsetC = coolSetpoint - FOUND.coolSetpoint
        return offsetC > 0 ? Math.round(RATED_W * (1 - offsetC / MOST_C)) : Number.POSITIVE_INFINITY
      },
      holdForeignLimit() {
        throw new Error('a thermostat has one set-point')
      },
      override: () => server.turn(id, { coolSetpoint: 21 }),
      newValue: () => undefined,
    }
  },
}

export const thermostatSetpoints: ProtocolUnderTest = {
  name: 'thermostat set-points',
  isCloud: true,
  isHeldUntilStart: true,
  connector: connectors.thermostat,
  attributes,
  start: (options) => startCloudConnector(kind, options),
  skips: {
    ...cloudSkips,
    'notSupported is final: the command is not sent again, not even on a new connection':
      'the look at what is set shows that the vendor does not know it, and nothing is attempted',
    'a limit that another set stays': 'a thermostat has one set-point',
    ...Object.fromEntries(
      [
        'a gap of days ago is asked of the vendor once it is there, and not again after its answer',
        'a gap that was told of while the node was dead is asked of the vendor by its successor',
      ].map((name) => [name, 'the vendor keeps no history']),
    ),
    'a late answer to an older command does not leave the device with it':
      "a set-point that a call moves after it was given up is taken for a person's",
  },
}
