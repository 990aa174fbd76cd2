/** Raw records become readings; what can not be used is put aside whole and stops nobody. */
import { describe, expect, it } from 'vitest'
import { rejectedRecords, telemetryRaw } from '../../../topics/catalogue.ts'
import { MINUTE_MS, openDriver, readingsOf, START_MS, sumOf } from '../metering/rig.ts'
import { blockRecord, samplesRecord } from '../metering/samples.ts'
import { aDevice } from '../metering/terms.ts'

const at = (minutes: number, registerWh: number) => ({ atMs: START_MS + minutes * MINUTE_MS, registerWh })
const world = { devices: [aDevice('a'), aDevice('b')] }

describe('the normalizer', () => {
  it('makes a reading of each stretch between two samples', () => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.loopback, samplesRecord('a', [at(0, 1000), at(1, 1100), at(3, 1350)], START_MS + 3 * MINUTE_MS))
    driver.run()
    const common = { deviceId: 'a', channel: 'import', source: 'loopback', kind: 'register', register: '', qualities: ['measured'] }
    expect(readingsOf(driver)).toEqual([
      expect.objectContaining({ ...common, startMs: START_MS, stepMs: 60_000, values: [100], sourceCode: 'Sample.Periodic' }),
      expect.objectContaining({ ...common, startMs: START_MS + 60_000, stepMs: 120_000, values: [250] }),
    ])
  })

  it('counts no watt-hour twice when the edge writes everything twice', () => {
    const driver = openDriver(world, { deliverTwice: true })
    for (let minute = 0; minute < 30; minute++)
      driver.send(telemetryRaw.loopback, samplesRecord('a', [at(minute, 1000 + minute * 70)], START_MS + minute * MINUTE_MS))
    driver.run()
    expect(sumOf(readingsOf(driver))).toBe(29 * 70)
  })

  it('puts aside what comes from a device that nobody registered, whole', () => {
    const driver = openDriver(world)
    const stranger = samplesRecord('stranger', [at(0, 1)], START_MS)
    driver.send(telemetryRaw.loopback, stranger)
    driver.send(telemetryRaw.loopback, samplesRecord('a', [at(0, 1), at(1, 2)], START_MS))
    driver.run()
    const [rejected] = driver.read(rejectedRecords)
    expect(rejected?.value).toMatchObject({
      reason: 'unknownDevice',
      place: 'deviceId',
      topic: telemetryRaw.loopback.name,
      rejectedBy: 'normalizer',
    })
    expect(rejected?.value?.value?.includes(stranger.body)).toBe(true)
    expect(readingsOf(driver)).toHaveLength(1)
  })

  it.each([
    ['no JSON', Buffer.from('not json'), 'unreadableBody', ''],
    ['a step of 7 minutes', Buffer.from('{"channel":"import","startMs":0,"stepS":420,"values":[1]}'), 'invalidValue', 'stepS'],
    [
      'a fraction',
      Buffer.from(`{"channel":"import","startMs":${START_MS - 900_000},"stepS":900,"values":[1,1.5]}`),
      'invalidValue',
      'values.1',
    ],
    [
      'a negative import',
      Buffer.from(`{"channel":"import","startMs":${START_MS - 900_000},"stepS":900,"values":[-4]}`),
      'invalidValue',
      'values.0',
    ],
    [
      'a start off the grid',
      Buffer.from(`{"channel":"import","startMs":${START_MS + 1},"stepS":900,"values":[1]}`),
      'invalidValue',
      'startMs',
    ],
  ])('names the field of an imported block with %s', (_, body, reason, place) => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.import, { ...blockRecord('a', { startMs: START_MS, values: [1] }, START_MS), body })
    driver.run()
    expect(driver.read(rejectedRecords).map(({ value }) => [value?.reason, value?.place])).toEqual([[reason, place]])
    expect(readingsOf(driver)).toEqual([])
  })

  it('puts aside times far in the future or past, and takes the rest of the message', () => {
    const driver = openDriver(world)
    driver.send(
      telemetryRaw.loopback,
      samplesRecord('a', [at(0, 10), at(1, 30), at(60 * 24, 50), { atMs: 0, registerWh: 1 }], START_MS + MINUTE_MS),
    )
    driver.run()
    expect(sumOf(readingsOf(driver))).toBe(20)
    const [rejected] = driver.read(rejectedRecords)
    expect(rejected?.value).toMatchObject({ reason: 'invalidValue', place: '2' })
    expect(rejected?.value?.detail).toContain('3: 1970-01-01T00:00:00.000Z lies more than 400 days before')
  })

  it('passes an imported block on with what is missing in it', () => {
    const driver = openDriver(world)
    const startMs = START_MS - 4 * 900_000
    driver.send(
      telemetryRaw.import,
      blockRecord('b', { startMs, values: [10, null, 30], qualities: ['measured', 'missing', 'edited'], code: 'AMI-7' }, START_MS),
    )
    driver.run()
    expect(readingsOf(driver)).toEqual([
      expect.objectContaining({ kind: 'interval', source: 'import', startMs, stepMs: 900_000, values: [10, 0, 30], sourceCode: 'AMI-7' }),
    ])
    expect(readingsOf(driver)[0]?.qualities).toEqual(['measured', 'missing', 'edited'])
  })

  it('takes an import of a device that reports registers as well', () => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.loopback, samplesRecord('a', [at(0, 10), at(1, 30)], START_MS + MINUTE_MS))
    driver.send(telemetryRaw.import, blockRecord('a', { startMs: START_MS - 900_000, values: [7] }, START_MS))
    driver.run()
    expect(readingsOf(driver).map(({ source, values }) => [source, values])).toEqual([
      ['loopback', [20]],
      ['import', [7]],
    ])
  })

  it('goes on with the same sums after a crash anywhere', () => {
    const play = (crashAfter?: number) => {
      const driver = openDriver(world, { maxRecordsPerTransaction: 3, ...(crashAfter ? { crashAfter } : {}) })
      for (let minute = 0; minute < 12; minute++) {
        driver.send(telemetryRaw.loopback, samplesRecord('a', [at(minute, minute * 11)], START_MS + minute * MINUTE_MS))
        driver.run()
      }
      return driver
    }
    const calm = readingsOf(play())
    for (let n = 1; n <= play().transactions(); n++)
      expect(readingsOf(play(n)).map(({ values, startMs }) => [startMs, values])).toEqual(
        calm.map(({ values, startMs }) => [startMs, values]),
      )
  })
})
