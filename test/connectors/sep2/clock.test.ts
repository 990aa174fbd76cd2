/** A client whose clock is off is told of, once, by what it says of the time, and not because its readings come late. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { meterReadingXml, responseXml, statusXml, usagePointXml } from '../../fleet/sep2/documents.ts'
import { readingOf } from '../../fleet/sep2/read-told.ts'
import { toldOf } from '../../fleet/told.ts'
import { eventually } from '../../support/eventually.ts'
import type { HttpClient } from './http-client.ts'
import { clientCertificate } from './pki.ts'
import { createRig, NOW_S, type Rig } from './rig.ts'

const DELTA = '<accumulationBehaviour>4</accumulationBehaviour><uom>72</uom>'
const WINDOW_MS = 600_000

let rig: Rig
let client: HttpClient
let lfdi: string
let lines: string[]
let skews: number[]
beforeEach(async () => {
  lines = []
  skews = []
  lfdi = (await clientCertificate('B-1')).lfdi
  rig = await createRig({
    devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi } }],
    log: (line) => lines.push(line),
    skew: (seconds) => skews.push(seconds),
  })
  client = await rig.client('B-1')
})
afterEach(() => rig.stop())

const nowS = () => Math.floor(rig.clock.nowMs() / 1000)
const putStatus = (atS: number) => client.put('/edev/B-1/der/1/ders', statusXml(atS, 5_000, false))
const mirror = async () => String((await client.post('/mup', usagePointXml(lfdi, 'B1', [{ mRID: 'A1', type: DELTA }]))).headers.location)
const reading = (startS: number) => meterReadingXml('A1', [{ startS, durationS: 300, value: 1 }])

test('ahead, by a Response: at once, and once', async () => {
  await rig.command('B-1', 1, [{}])
  const mRID = await eventually('a control', async () => /<mRID>(\w+)</.exec((await client.get('/edev/B-1/derp/p/derc')).text)?.[1])
  for (const status of [1, 2]) await client.post('/edev/B-1/rsps/1/rsp', responseXml(lfdi, mRID, status, nowS() + 181))
  expect(lines).toEqual([expect.stringMatching(/^sep2 B-1: its clock is ahead; have it take the Time of the server \(18[01] s\)$/)])
  expect(skews[0]).toBeGreaterThan(179)
})

test('behind, by its status: when nothing righter has come for ten minutes; then right again', async () => {
  await putStatus(nowS() - 420)
  expect(lines).toEqual([])
  rig.clock.advance(WINDOW_MS)
  await putStatus(nowS() - 420)
  expect(lines).toEqual([expect.stringMatching(/its clock is behind;.*\(-42[01] s\)$/)])
  rig.clock.advance(WINDOW_MS)
  await putStatus(nowS())
  expect(lines.slice(1)).toEqual([expect.stringMatching(/its clock is right again/)])
})

test('readings that come late say nothing of the clock; a period that is yet to come does', async () => {
  const path = await mirror()
  for (const hours of [1, 5, 40]) {
    await client.post(path, reading(NOW_S - hours * 3_600))
    rig.clock.advance(WINDOW_MS)
  }
  expect([lines, skews]).toEqual([[], []])
  await client.post(path, reading(Math.ceil(nowS() / 300) * 300 + 600))
  expect(lines).toEqual([expect.stringMatching(/its clock is ahead/)])
})

test.each([
  ['eight hours ahead', 8 * 3_600, 0],
  ['eight hours behind', -8 * 3_600, 1],
  ['ten minutes ahead', 600, 1],
])('of a clock that is %s, what it metered is on the log, and counts as far as it can be believed', async (_, offS, countedWh) => {
  const path = await mirror()
  const startS = Math.floor(nowS() / 300) * 300 - 300 + offS
  expect((await client.post(path, reading(startS))).status).toBe(201)
  const raws = rig.log.read(telemetryRaw.sep2).flatMap(({ value }) => value ?? [])
  const { netWh, faults } = toldOf(raws, { ...readingOf({ ratedW: 10_000 }), channels: ['import'] }, (startS + 300) * 1000)
  const isBelieved = countedWh > 0
  expect([netWh, faults.some((fault) => fault.includes('set the clock of the device'))]).toEqual([countedWh, !isBelieved])
})
