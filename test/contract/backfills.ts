/** Clauses on values that did not come: a device is asked for them when it can be, until it answers or the gap ends. */
import { expect } from 'vitest'
import type { TelemetryGap } from '../../schemas/telemetry.ts'
import { telemetryGaps } from '../../topics/catalogue.ts'
import { eventually } from '../support/eventually.ts'
import { type Clause, leave, settle } from './clause.ts'
import type { ScriptedDevice, ScriptedHistory } from './protocol.ts'
import { HOUR_MS, type Stage } from './stage.ts'

/** A stretch that did not come and is asked for; it has ended. */
export function aGap(gap: Pick<TelemetryGap, 'deviceId' | 'fromMs' | 'untilMs'> & Partial<TelemetryGap>): TelemetryGap {
  const { untilMs } = gap
  const how = { status: 'requested', energyWh: null, carried: false, revision: 2, detectedMs: untilMs, endedMs: untilMs } as const
  return { gapId: 'gap-1', channel: 'import', ...how, ...gap }
}

/** Says that a stretch of the last hour did not come. */
export async function tellGap(stage: Stage, deviceId: string, changes: Partial<TelemetryGap> = {}): Promise<TelemetryGap> {
  const untilMs = Math.floor(stage.clock.nowMs() / 900_000) * 900_000 - 900_000
  const gap = aGap({ deviceId, fromMs: untilMs - HOUR_MS / 2, untilMs, ...changes })
  await stage.log.writer.append(telemetryGaps, gap)
  return gap
}

function historyOf({ history }: ScriptedDevice): ScriptedHistory {
  if (!history) throw new Error('a protocol that backfills scripts the history of its devices')
  return history
}

const untilAsked = (device: ScriptedDevice, times: number): Promise<unknown> =>
  eventually(`${times} questions to ${device.id}`, () => historyOf(device).asked.length >= times, 20_000)

/** Whatever was to be asked on account of what is on the log has come to the device. */
async function expectAsked(device: ScriptedDevice, times: number): Promise<void> {
  await settle(device)
  await settle(device)
  expect(historyOf(device).asked).toHaveLength(times)
}

export const backfillClauses: readonly Clause[] = [
  {
    name: 'a gap is asked for once the device is back, and what it sends is telemetry like any other',
    async check(stage) {
      const raw = () => stage.log.read(stage.protocol.connector.raw).length
      const device = await stage.connected('D-1')
      const perConnection = raw()
      await leave(stage, device)
      const { fromMs, untilMs } = await tellGap(stage, 'D-1')
      await device.connect()
      await untilAsked(device, 1)
      const [asked] = historyOf(device).asked
      if (asked) expect(asked).toEqual({ fromMs, untilMs })
      await eventually('the values', () => raw() > 2 * perConnection)
      await expectAsked(device, 1)
    },
  },
  {
    name: 'a gap that goes on is asked for up to now',
    async check(stage) {
      const device = await stage.connected('D-1')
      const { untilMs } = await tellGap(stage, device.id, { endedMs: null })
      await untilAsked(device, 1)
      const [asked] = historyOf(device).asked
      if (asked) expect(asked.untilMs).toBeGreaterThan(untilMs)
    },
  },
  {
    name: 'a gap is not asked for again after an answer',
    async check(stage) {
      const device = await stage.connected('D-1')
      await tellGap(stage, device.id)
      await untilAsked(device, 1)
      await tellGap(stage, device.id, { revision: 3 })
      await expectAsked(device, 1)
    },
  },
  {
    name: 'a device that has no values is never asked for the gap again, also when it comes back',
    async check(stage) {
      const device = await stage.connected('D-1')
      historyOf(device).answering = 'impossible'
      await tellGap(stage, device.id)
      await untilAsked(device, 1)
      await settle(device)
      await leave(stage, device)
      await device.connect()
      await expectAsked(device, 1)
    },
  },
  {
    name: 'a device that cannot tell now is asked again, until it can',
    async check(stage) {
      const device = await stage.connected('D-1')
      historyOf(device).answering = 'later'
      await tellGap(stage, device.id)
      await untilAsked(device, 2)
      historyOf(device).answering = 'comes'
      await untilAsked(device, 3)
      await settle(device)
      const times = historyOf(device).asked.length
      await expectAsked(device, times)
    },
  },
  {
    name: 'a gap that ended while the device was away is not asked for',
    async check(stage) {
      await tellGap(stage, 'D-1')
      await tellGap(stage, 'D-1', { status: 'recovered', revision: 3 })
      await tellGap(stage, 'D-2')
      await tellGap(stage, 'D-2', { status: 'lost', revision: 3 })
      for (const id of ['D-1', 'D-2']) await expectAsked(await stage.connected(id), 0)
    },
  },
  {
    name: 'a gap that was not asked for before a crash is asked for after it',
    async check(stage) {
      await tellGap(stage, 'D-1')
      await stage.crash()
      await stage.start()
      await untilAsked(await stage.connected('D-1'), 1)
    },
  },
  {
    name: 'gaps of one device are asked for one after the other',
    async check(stage) {
      await tellGap(stage, 'D-1')
      await tellGap(stage, 'D-1', { gapId: 'gap-2', channel: 'export' })
      const device = await stage.connected('D-1')
      await untilAsked(device, 2)
      await expectAsked(device, 2)
    },
  },
]
