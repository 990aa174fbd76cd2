/** Runs a fleet in a process of its own: `tsx test/fleet/run.ts --url ws://127.0.0.1:9000/ocpp --devices 5000 --password x`. */
import { parseArgs } from 'node:util'
import { createFleet } from './fleet.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    devices: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    password: { type: 'string', default: '' },
    prefix: { type: 'string', default: 'charger-' },
    /** Simulated seconds to a real one, from the simulated start (ISO 8601). */
    rate: { type: 'string', default: '1' },
    from: { type: 'string' },
    alignedIntervalS: { type: 'string', default: '900' },
    answerMs: { type: 'string', default: '100' },
    /** JSON of fractions, as in `Mix`. */
    mix: { type: 'string', default: '{}' },
  },
})
const { url, devices, seed, password, prefix, rate, from, alignedIntervalS, answerMs, mix } = values
if (url === undefined) throw new Error('--url is missing: give the address up to the station id, as ws://127.0.0.1:9000/ocpp')

const begunMs = Date.now()
const originMs = from === undefined ? begunMs : Date.parse(from)
const fleet = createFleet({
  devices: Number(devices),
  seed: Number(seed),
  url,
  password,
  idOf: (index) => `${prefix}${index}`,
  clock: { nowMs: () => originMs + (Date.now() - begunMs) * Number(rate), rate: Number(rate) },
  alignedIntervalS: Number(alignedIntervalS),
  answerMs: Number(answerMs),
  mix: JSON.parse(mix) as object,
})
fleet.start()
setInterval(() => console.log(JSON.stringify(fleet.stats())), 5_000).unref()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void fleet.stop().then(() => process.exit(0)))
}
