/** SolarEdge is asked by local days, and a bulk answer is shared out so that each site's record holds its own values only. */
import { expect, test } from 'vitest'
import { deviceOf } from '../../../../connectors/cloud/device.ts'
import { solaredgeTelemetry } from '../../../../connectors/inverter/solaredge/telemetry.ts'
import { aDevice } from '../../../build/devices.ts'

const siteOf = (id: string) =>
  deviceOf(aDevice({ deviceId: `d-${id}`, attributes: { extra: { vendorId: id, zone: 'America/Los_Angeles' } }, templates: [] }), 0)

test('days of the question are those of the site, both of them in it', () => {
  const stretch = { fromMs: Date.parse('2026-07-01T07:00:00Z'), untilMs: Date.parse('2026-07-02T07:00:00Z') }
  const { path, query } = solaredgeTelemetry.ask('energy', [siteOf('1'), siteOf('2')], stretch)
  expect(path).toBe('sites/1,2/energy')
  expect(query).toMatchObject({ startDate: '2026-07-01', endDate: '2026-07-01', timeUnit: 'QUARTER_OF_AN_HOUR' })
})

test('each site gets its own part, and a site that is not in the answer gets none', () => {
  const json = {
    sitesEnergy: { unit: 'Wh', siteEnergyList: [1, 2].map((siteId) => ({ siteId, energyValues: { secret: `of ${siteId}` } })) },
  }
  const answer = { json, bytes: Buffer.from(JSON.stringify(json)), contentType: 'application/json' }
  const bodies = solaredgeTelemetry.share(answer, 'energy', [siteOf('1'), siteOf('2'), siteOf('3')])
  expect(bodies.map(({ deviceId }) => deviceId)).toEqual(['d-1', 'd-2'])
  expect(String(bodies[0]?.body)).toContain('of 1')
  expect(String(bodies[0]?.body)).not.toContain('of 2')
})

test('the answer about one site is kept byte for byte', () => {
  const bytes = Buffer.from('{ "energy" :  {} }')
  const [body] = solaredgeTelemetry.share({ json: { energy: {} }, bytes, contentType: 'application/json' }, 'energy', [siteOf('1')])
  expect(body?.body).toEqual(bytes)
  expect(body?.contentType).toBe('application/json; zone="America/Los_Angeles"')
})
