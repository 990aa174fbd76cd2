/** What the OCPP connector does beyond the contract of all connectors. */
import { expect, test } from 'vitest'
import { deviceAcks, rejectedRecords, telemetryRaw } from '../../../topics/catalogue.ts'
import { untilAcked } from '../../contract/clause.ts'
import { ocpp } from '../../contract/ocpp.ts'
import { createStage, HOUR_MS } from '../../contract/stage.ts'
import { eventually } from '../../support/eventually.ts'

test('a timeline of more periods than the station takes goes out piece by piece, each before it is needed', async () => {
  const attributes = { ...ocpp.attributes, extra: { maxPeriods: '2' } }
  const stage = createStage({ ...ocpp, attributes })
  await stage.start()
  const station = await stage.connected('CP-1')
  const nowMs = stage.clock.nowMs()
  const segments = [1_000, 2_000, 3_000, 4_000].map((limitW, index) => ({
    startMs: nowMs + index * HOUR_MS,
    endMs: nowMs + (index + 1) * HOUR_MS,
    limitW,
  }))
  await stage.command(station.id, { seq: 1, segments })
  await untilAcked(stage, station, 'applied 1')
  expect(station.commands).toEqual(['set'])
  expect(station.limitW(nowMs + 2.5 * HOUR_MS)).toBe(8_000)
  for (const pieces of [2, 3]) {
    stage.clock.advance(HOUR_MS)
    // The station is back on its socket within the second segment, as after any wake.
    await station.drop()
    await station.connect()
    await eventually(`piece ${pieces}`, () => station.commands.length === pieces)
    await eventually('its answer', () => stage.acks(station.id).filter((ack) => ack === 'accepted 1').length === pieces)
  }
  expect([2.5, 3.5].map((hours) => station.limitW(nowMs + hours * HOUR_MS))).toEqual([3_000, 4_000])
  await stage.stop()
})

test('a frame in no known form is kept as unreadable, one against its schema as invalid, with the place', async () => {
  const stage = createStage(ocpp)
  await stage.start()
  const station = await stage.connected('CP-1')
  station.sayNonsense()
  await station.report()
  const [record] = stage.log.read(rejectedRecords)
  expect(record?.value).toMatchObject({ reason: 'invalidValue', place: 'connectorId', topic: 'ocpp connector ocpp@test', partition: -1 })
  await stage.stop()
})

test('only messages with meter data go to the raw topic', async () => {
  const stage = createStage(ocpp)
  await stage.start()
  const station = await stage.connected('CP-1')
  await station.override('nothing to override')
  await station.report()
  expect(stage.log.read(telemetryRaw.ocpp).map(({ value }) => value?.kind)).toEqual(['MeterValues'])
  await stage.stop()
})

test('acks carry the word of the station', async () => {
  const stage = createStage(ocpp)
  await stage.start()
  const station = await stage.connected('CP-1')
  station.answering = 'notSupported'
  await stage.command(station.id, { seq: 1 })
  await untilAcked(stage, station, 'notSupported 1')
  expect(stage.log.read(deviceAcks).at(-1)?.value).toMatchObject({ code: 'NotSupported', detail: 'by script', node: 'ocpp@test' })
  await stage.stop()
})
