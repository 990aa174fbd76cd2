/** A mixed fleet: every device is asked of its own part, its past is its meter's, and the registry's door takes what is said of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectors } from '../../../connectors/registry.ts'
import { findHeaderFaults, readRow } from '../../../gateway/cli/enroll/csv-row.ts'
import type { LevelLimit } from '../../../processors/dispatch/renderer.ts'
import { clientCertificate } from '../../connectors/sep2/pki.ts'
import { registryFile } from '../../demo/registry-file.ts'
import { chargers } from './chargers.ts'
import { inverters, thermostats } from './clouds.ts'
import { ders } from './ders.ts'
import { type MixedFleet, mixFleet } from './fleet.ts'

const QUARTER_MS = 900_000
const NOON_MS = Date.UTC(2026, 5, 10, 12)
const clock = { nowMs: () => NOON_MS, rate: 1 }
const DEVICES = 6
/** Quarter hours: every device is used at some time of it. */
const WEEK = 7 * 96
const levelsOf = (ratedW: number): readonly LevelLimit[] => [{ level: '1', limitW: ratedW / 2, direction: 'shed' }]
const of = (prefix: string) => ({ devices: DEVICES, seed: 5, clock, idOf: (index: number) => `${prefix}-${index}` })

let fleet: MixedFleet
beforeAll(async () => {
  const ids = Array.from({ length: DEVICES }, (_, index) => `DER-${index}`)
  const certificates = new Map(await Promise.all(ids.map(async (id) => [id, await clientCertificate(id)] as const)))
  fleet = mixFleet({
    charger: chargers({ ...of('CP'), url: 'ws://127.0.0.1:9/ocpp', password: 'unused', mix: { ocpp201: 0.5 } }),
    der: ders({ ...of('DER'), url: 'https://127.0.0.1:9', ca: '', certificates, pollRateS: 600 }),
    inverter: await inverters(of('INV')),
    thermostat: await thermostats(of('TH')),
  })
})
afterAll(() => fleet.stop())

describe('a mixed fleet', () => {
  it('has the devices of all its parts, each of its kind', () => {
    expect(fleet.ids()).toHaveLength(4 * DEVICES)
    expect(['CP-0', 'DER-0', 'INV-0', 'TH-0'].map(fleet.kindOf)).toEqual(['charger', 'der', 'inverter', 'thermostat'])
    expect(() => fleet.kindOf('CP-6')).toThrow('no device CP-6')
  })

  it('takes no two parts with a device of one name', () => {
    const part = chargers({ ...of('CP'), url: 'ws://127.0.0.1:9/ocpp', password: 'unused' })
    expect(() => mixFleet({ charger: part, thermostat: part })).toThrow('names of others')
  })

  it('meters from now on what its past says, where nobody limits it', () => {
    for (const id of fleet.ids()) {
      const past = fleet.historyIntervalsWh(id, NOON_MS, QUARTER_MS, WEEK)
      const metered = past.map((_, index) => fleet.meterWh(id, NOON_MS + index * QUARTER_MS, NOON_MS + (index + 1) * QUARTER_MS))
      expect(metered, id).toEqual(past)
      expect(past.every(Number.isInteger), id).toBe(true)
    }
    expect(fleet.ids().every((id) => fleet.historyIntervalsWh(id, NOON_MS, QUARTER_MS, WEEK).some((wh) => wh !== 0))).toBe(true)
  })

  it('is registered by a file that the importer reads as it was meant, and every protocol can render', () => {
    const [header = '', ...rows] = registryFile(fleet, NOON_MS).split('\n')
    const names = header.split(',')
    expect(findHeaderFaults(names)).toEqual([])
    for (const [index, id] of fleet.ids().entries()) {
      const cells = (rows[index] ?? '').split(',')
      const read = readRow(Object.fromEntries(names.map((name, place) => [name, cells[place] ?? ''])), 'op-1', 0)
      expect('changes' in read ? read.changes[0]?.attributes : read.faults).toEqual(fleet.attributesOf(id))
      const { protocol, ratedW } = fleet.attributesOf(id)
      const rendered =
        protocol === 'none' ? { fault: 'no protocol' } : connectors[protocol].renderer.render(fleet.attributesOf(id), levelsOf(ratedW))
      expect('fault' in rendered ? rendered.fault : '').toBe('')
    }
  })
})
