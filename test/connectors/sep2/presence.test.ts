/** A client that polls is there until it has been silent for two of its periods and a half. */
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { clientCertificate } from './pki.ts'
import { createRig, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.stop())

test('the poll rate of a device decides how long it counts as there', async () => {
  const { lfdi } = await clientCertificate('B-1')
  rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi, pollRateS: '10' } }] })
  await (await rig.client('B-1')).get('/dcap')
  expect(rig.role.stats().connected).toBe(1)
  rig.clock.advance(30_000)
  await eventually('its close', () => rig.role.stats().connected === 0)
})
