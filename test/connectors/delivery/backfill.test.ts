/** A node asks for what is missing: of devices that it reaches, a few at once, and whatever its port does. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startBackfill } from '../../../connectors/delivery/backfill.ts'
import type { Asked, Missing } from '../../../connectors/delivery/device-port.ts'
import type { TelemetryGap } from '../../../schemas/telemetry.ts'
import { telemetryGaps } from '../../../topics/catalogue.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { HOUR_MS, NOW_MS } from './build.ts'

/** What was appended has been read, and what follows from it has happened. */
async function rest(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn()
}

interface Question extends Missing {
  answer(asked: Asked): Promise<void>
  fail(): Promise<void>
}

async function createRig(devices: readonly string[], log = createMemoryLog({ nowMs: () => NOW_MS })) {
  const reachable = new Map(devices.map((deviceId) => [deviceId, 1]))
  const questions: Question[] = []
  const errors: string[] = []
  const backfill = await startBackfill({
    epochOf: (deviceId) => reachable.get(deviceId),
    backfill: (missing) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          act()
          return rest()
        }
        questions.push({
          ...missing,
          answer: (asked) => settle(() => resolve(asked)),
          fail: () => settle(() => reject(new Error('the vendor is down'))),
        })
      }),
    reader: log.reader,
    clock: { nowMs: () => NOW_MS, rate: 1 },
    onError: (deviceId, error) => errors.push(`${deviceId} ${String(error)}`),
  })
  await rest()
  return { log, reachable, questions, errors, backfill, asked: () => questions.map(({ deviceId }) => deviceId) }
}

type Rig = Awaited<ReturnType<typeof createRig>>

async function tell({ log }: Pick<Rig, 'log'>, deviceId: string, changes: Partial<TelemetryGap> = {}, timestampMs = NOW_MS): Promise<void> {
  const gap: TelemetryGap = {
    gapId: `gap of ${deviceId}`,
    deviceId,
    channel: 'import',
    fromMs: NOW_MS - HOUR_MS,
    untilMs: NOW_MS,
    status: 'requested',
    energyWh: null,
    carried: false,
    revision: 2,
    detectedMs: NOW_MS,
    endedMs: NOW_MS,
    ...changes,
  }
  await log.writer.append(telemetryGaps, gap, { timestampMs })
  await rest()
}

test('only devices that are reachable from here are asked, others when they are', async () => {
  const rig = await createRig(['D-1'])
  await tell(rig, 'D-1')
  await tell(rig, 'D-2')
  expect(rig.asked()).toEqual(['D-1'])
  rig.reachable.set('D-2', 2)
  rig.backfill.onReachable('D-2')
  expect(rig.asked()).toEqual(['D-1', 'D-2'])
})

test('a few are asked at once, the others in turn, and one that went away meanwhile is not', async () => {
  const devices = Array.from({ length: 20 }, (_, index) => `D-${index}`)
  const rig = await createRig(devices)
  for (const deviceId of devices) await tell(rig, deviceId)
  expect(rig.asked()).toEqual(devices.slice(0, 8))
  rig.reachable.delete('D-8')
  await rig.questions[0]?.answer('coming')
  expect(rig.asked()).toEqual([...devices.slice(0, 8), 'D-9'])
  for (let i = 1; i < rig.questions.length; i++) await rig.questions[i]?.answer('coming')
  expect(rig.asked()).toEqual(devices.filter((deviceId) => deviceId !== 'D-8'))
})

test('a question that fails is no answer, and is told of', async () => {
  const rig = await createRig(['D-1'])
  await tell(rig, 'D-1')
  await rig.questions[0]?.fail()
  expect(rig.errors).toEqual(['D-1 Error: the vendor is down'])
  rig.backfill.onReachable('D-1')
  expect(rig.asked()).toEqual(['D-1', 'D-1'])
})

test('a question that was cut off by a new connection is asked again on it at once', async () => {
  const rig = await createRig(['D-1'])
  await tell(rig, 'D-1')
  rig.reachable.set('D-1', 2)
  rig.backfill.onReachable('D-1')
  await rig.questions[0]?.answer('later')
  expect(rig.asked()).toEqual(['D-1', 'D-1'])
})

test('a gap that ended while it was asked for is forgotten', async () => {
  const rig = await createRig(['D-1'])
  await tell(rig, 'D-1')
  await tell(rig, 'D-1', { status: 'recovered', revision: 3 })
  await rig.questions[0]?.answer('later')
  rig.backfill.onReachable('D-1')
  expect(rig.asked()).toEqual(['D-1'])
})

test('the past is known before anything is asked, two days of it', async () => {
  const log = createMemoryLog({ nowMs: () => NOW_MS })
  await tell({ log }, 'D-1', {}, NOW_MS - 49 * HOUR_MS)
  await tell({ log }, 'D-2')
  await tell({ log }, 'D-2', { status: 'lost', revision: 3 })
  await tell({ log }, 'D-3')
  const rig = await createRig(['D-1', 'D-2', 'D-3'], log)
  expect(rig.asked()).toEqual(['D-3'])
})

test('nothing is asked any more after stop', async () => {
  const rig = await createRig(['D-1'])
  await tell(rig, 'D-1')
  await rig.backfill.stop()
  await rig.questions[0]?.answer('later')
  rig.backfill.onReachable('D-1')
  expect(rig.asked()).toEqual(['D-1'])
})
