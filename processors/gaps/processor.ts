/** Notices values that were expected and did not come, asks for them again, and says whether they came or are lost. */
import type { Channel } from '../../schemas/common.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { enrollmentState, telemetryGaps, telemetryReadings } from '../../topics/catalogue.ts'
import { defineProcessor, type Store, store, table } from '../runtime/define.ts'
import { observe } from './observe.ts'
import { type GapTimes, settleGaps } from './settle.ts'
import { gapPass, type WatchedChannel, watchedChannel } from './state.ts'

const PASS_EVERY_MS = 60_000
const PASS = 'pass'
const CHANNELS: readonly Channel[] = ['import', 'export', 'net', 'generation']
const keyOf = (deviceId: string, channel: Channel) => `${deviceId}\u0000${channel}`

/** Whether values are expected of the device now. */
function isWatched(device: DeviceState | undefined, nowMs: number): device is DeviceState {
  return device !== undefined && device.attributes.cadenceS > 0 && (device.terminatedMs === null || device.terminatedMs > nowMs)
}

/** `import` is expected of every device until it turns out to report another channel instead. */
function forgetUnheard(channels: Store<WatchedChannel>, deviceId: string): void {
  if (channels.get(keyOf(deviceId, 'import'))?.heard === false) channels.delete(keyOf(deviceId, 'import'))
}

export function createGapDetector(times: GapTimes = { requestAfterMs: 300_000, loseAfterMs: 3_600_000 }) {
  return defineProcessor({
    name: 'gap-detector',
    about: 'Compares readings with the cadence expected of each device and channel; speaks on ticks only.',
    inputs: { readings: telemetryReadings },
    outputs: { gaps: telemetryGaps },
    stores: { channels: store(watchedChannel), pass: store(gapPass) },
    tables: { state: table(enrollmentState) },
    urgent: ['state'],
    on: {
      readings({ stores, tables, nowMs }, { value }) {
        const device = value && tables.state.get(value.deviceId)
        if (!device || device.attributes.cadenceS === 0) return
        const { deviceId, channel } = value
        if (!CHANNELS.includes(channel)) return
        const key = keyOf(deviceId, channel)
        const known = stores.channels.get(key)
        // What lies before the first live reading was never expected.
        if (!known && value.source === 'import') return
        if (!known) forgetUnheard(stores.channels, deviceId)
        const watched = known ?? { deviceId, channel, heard: true, coveredUntilMs: value.startMs, gaps: [] }
        const next = observe(watched, value, device.attributes.cadenceS, nowMs)
        if (next !== known || !next.heard) stores.channels.put(key, { ...next, heard: true })
      },
    },
    onTable: {
      state({ stores, nowMs }, { value }) {
        if (!value || !isWatched(value, nowMs)) return
        if (CHANNELS.some((channel) => stores.channels.get(keyOf(value.deviceId, channel)))) return
        stores.channels.put(keyOf(value.deviceId, 'import'), {
          deviceId: value.deviceId,
          channel: 'import',
          heard: false,
          coveredUntilMs: nowMs,
          gaps: [],
        })
      },
    },
    onTick({ stores, nowMs }) {
      const pass = stores.pass.get(PASS)
      if (pass && (pass.cursor !== null || nowMs < pass.nextMs)) return
      stores.pass.put(PASS, { cursor: '', nextMs: Math.floor(nowMs / PASS_EVERY_MS) * PASS_EVERY_MS + PASS_EVERY_MS })
    },
    work({ stores, tables, nowMs, emit }, budget) {
      const pass = stores.pass.get(PASS)
      if (!pass || pass.cursor === null) return false
      const part = stores.channels.entries(pass.cursor, budget)
      for (const [key, watched] of part) {
        const device = tables.state.get(watched.deviceId)
        if (!isWatched(device, nowMs)) continue
        const settled = settleGaps(watched, device.attributes.cadenceS, nowMs, times)
        if (settled.watched !== watched) stores.channels.put(key, settled.watched)
        for (const gap of settled.told) emit('gaps', gap)
      }
      const isDone = part.length < budget
      stores.pass.put(PASS, { ...pass, cursor: isDone ? null : (part.at(-1)?.[0] ?? null) })
      return !isDone
    },
  })
}

export const gapDetector = createGapDetector()
