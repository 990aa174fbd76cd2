/** Registration in band, and aggregators: which certificate becomes whose, and which does not. */
import { afterEach, expect, test } from 'vitest'
import { sfdiOf } from '../../../connectors/sep2/identity.ts'
import { enrollmentChanges } from '../../../topics/catalogue.ts'
import { rootOf, statusXml } from '../../fleet/sep2/documents.ts'
import { clientCertificate } from './pki.ts'
import { createRig, NOW_S, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.stop())

const lfdiOf = async (name: string) => (await clientCertificate(name)).lfdi
const endDevice = (sfdi: number, lfdi?: string) =>
  `<EndDevice xmlns="urn:ieee:std:2030.5:ns">${lfdi === undefined ? '' : `<lFDI>${lfdi}</lFDI>`}<sFDI>${sfdi}</sFDI><changedTime>${NOW_S}</changedTime></EndDevice>`

test('a certificate that the registry knows by its SFDI only registers itself, once, with a PIN to compare', async () => {
  const lfdi = await lfdiOf('B-1')
  rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', sfdi: String(sfdiOf(lfdi)), pin: '123455' } }] })
  const client = await rig.client('B-1')
  expect(rootOf((await client.get('/edev')).text, 'EndDeviceList')).toMatchObject({ '@all': '0' })
  expect((await client.get('/edev/B-1')).status).toBe(403)
  expect((await client.put('/edev/B-1/der/1/ders', statusXml(NOW_S, 1, true))).status).toBe(403)

  const first = await client.post('/edev', endDevice(sfdiOf(lfdi)))
  expect([first.status, first.headers.location]).toEqual([201, '/edev/B-1'])
  const again = await client.post('/edev', endDevice(sfdiOf(lfdi), lfdi))
  expect([again.status, again.headers.location]).toEqual([204, '/edev/B-1'])
  expect(rootOf((await client.get('/edev/B-1/rg')).text, 'Registration')).toMatchObject({ pIN: '123455' })
  const changes = rig.log.read(enrollmentChanges).map(({ value }) => value)
  expect(changes).toMatchObject([
    { kind: 'attributesChanged', deviceId: 'B-1', actor: 'device', attributes: { extra: { lfdi, pin: '123455' } } },
  ])
})

test('nobody registers as another, nor what the registry does not know', async () => {
  const [mine, others] = [await lfdiOf('B-1'), await lfdiOf('B-2')]
  const extra = (lfdi: string) => ({ derType: 'battery', sfdi: String(sfdiOf(lfdi)) })
  rig = await createRig({
    devices: [
      { deviceId: 'B-1', extra: extra(mine) },
      { deviceId: 'B-2', extra: extra(others) },
    ],
  })
  const client = await rig.client('B-1')
  expect((await client.post('/edev', endDevice(sfdiOf(others), others))).status).toBe(403)
  expect((await client.post('/edev', endDevice(sfdiOf(mine), others))).status).toBe(400)
  expect((await client.post('/edev', endDevice(1))).status).toBe(403)
  expect((await (await rig.client('stranger')).post('/edev', endDevice(sfdiOf(await lfdiOf('stranger'))))).status).toBe(403)
  expect(rig.log.read(enrollmentChanges)).toEqual([])
})

test('an aggregator gives the LFDI of a device that it speaks for, tells for it, and for no other', async () => {
  const [aggregatorLfdi, lfdi] = [await lfdiOf('A-1'), await lfdiOf('B-1')]
  rig = await createRig({
    devices: [
      { deviceId: 'B-1', extra: { derType: 'battery', aggregatorLfdi, sfdi: String(sfdiOf(lfdi)) } },
      { deviceId: 'B-2', extra: { derType: 'battery', lfdi: await lfdiOf('B-2') } },
    ],
  })
  const client = await rig.client('A-1')
  expect((await client.post('/edev', endDevice(sfdiOf(lfdi)))).status).toBe(400)
  expect((await client.post('/edev', endDevice(sfdiOf(lfdi), lfdi))).status).toBe(201)
  expect((await client.get('/edev/B-1')).text).toContain(`<lFDI>${lfdi}</lFDI>`)
  expect((await client.put('/edev/B-1/der/1/ders', statusXml(NOW_S, 1, true))).status).toBe(204)
  expect((await client.put('/edev/B-2/der/1/ders', statusXml(NOW_S, 1, true))).status).toBe(403)
  expect([rig.kinds('B-1'), rig.kinds('B-2')]).toEqual([['DERStatus'], []])
})
