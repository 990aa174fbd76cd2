/** The check names every fault of a topology, all at once. */
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../../../processors/runtime/check.ts'
import { type AnyProcessor, type SubTopology, store, type Topology, table } from '../../../processors/runtime/define.ts'
import { days } from '../../../topics/define.ts'
import {
  biller,
  bills,
  ownerChanges,
  ownerFold,
  owners,
  readings,
  toyBilling,
  toyCatalogue,
  toyMetering,
  toyTopology,
  windower,
} from '../../driver/toy.ts'

const alter = (processor: AnyProcessor, change: Readonly<Record<string, unknown>>): AnyProcessor =>
  ({ ...processor, ...change }) as AnyProcessor
const metering = (...processors: readonly AnyProcessor[]): SubTopology => ({ ...toyMetering, processors })
const withMetering = (...processors: readonly AnyProcessor[]): Topology => ({
  ...toyTopology,
  subTopologies: [metering(...processors), toyBilling],
})
const check = (topology: Topology, catalogue = toyCatalogue) => checkTopology(topology, catalogue)

describe('checkTopology', () => {
  it('finds nothing in a sound topology', () => {
    expect(check(toyTopology)).toEqual([])
  })

  it('names two processors of one name', () => {
    expect(check(withMetering(ownerFold, windower, windower))).toContainEqual(expect.stringContaining('two processors are named windower'))
  })

  it('names two sub-topologies of one name', () => {
    const topology = { ...toyTopology, subTopologies: [toyMetering, { ...toyBilling, name: 'metering' }] }
    expect(check(topology)).toEqual([expect.stringContaining('two sub-topologies are named metering')])
  })

  it('names an input that nobody writes', () => {
    expect(check({ ...toyTopology, external: toyTopology.external.filter((topic) => topic !== readings) })).toEqual([
      expect.stringContaining('windower reads toy.readings.v1, which no processor writes'),
    ])
  })

  it('names an output that nobody reads, and a terminal topic that nobody writes', () => {
    expect(check({ ...toyTopology, terminal: [] })).toEqual([
      expect.stringContaining('biller writes toy.bills.v1, which no processor reads'),
    ])
    const spare = { ...bills, name: 'toy.spare.v1', writers: ['cli'] }
    expect(check({ ...toyTopology, terminal: [bills, spare] }, [...toyCatalogue, spare])).toEqual([
      expect.stringContaining('toy.spare.v1 is listed as terminal, but nobody writes it'),
    ])
  })

  it('names inputs of unlike partitioning', () => {
    expect(check({ ...toyTopology, subTopologies: [{ ...toyMetering, partitioning: 'one' }, toyBilling] })).toContainEqual(
      expect.stringContaining("windower reads toy.readings.v1, partitioned 'device', but its tasks are 'one'"),
    )
  })

  it('names inputs of unlike keys', () => {
    const byOwner = { ...readings, keyedBy: 'ownerId' }
    const misfit = alter(windower, { inputs: { readings: byOwner } })
    const catalogue = toyCatalogue.map((topic) => (topic === readings ? byOwner : topic))
    const topology = {
      ...withMetering(ownerFold, misfit),
      external: toyTopology.external.map((topic) => (topic === readings ? byOwner : topic)),
    }
    expect(check(topology, catalogue)).toEqual([
      expect.stringContaining('metering: its inputs are keyed by deviceId (toy.owner.changes.v1) and ownerId (toy.readings.v1)'),
    ])
    const alike = alter(misfit, { keyedAlike: ['deviceId', 'ownerId'] })
    expect(check({ ...topology, ...withMetering(ownerFold, alike), external: topology.external }, catalogue)).toEqual([])
  })

  it('names a table that is not compacted', () => {
    const misfit = alter(biller, { tables: { owners: table(ownerChanges) } })
    const topology = { ...toyTopology, subTopologies: [toyMetering, { ...toyBilling, processors: [misfit] }], terminal: [bills, owners] }
    expect(check(topology)).toEqual([expect.stringContaining('biller: table owners reads toy.owner.changes.v1, which is not compacted')])
  })

  it('names a topic that is an input and a table of one processor', () => {
    const misfit = alter(biller, { inputs: { ...biller.inputs, owners }, on: { ...biller.on, owners: () => {} } })
    const topology = { ...toyTopology, subTopologies: [toyMetering, { ...toyBilling, processors: [misfit] }] }
    expect(check(topology)).toEqual([expect.stringContaining('biller: toy.owners.v1 is an input and a table')])
  })

  it('names several writers of a compacted topic', () => {
    const second = alter(ownerFold, { name: 'second-fold' })
    const faults = check(withMetering(ownerFold, second, windower), toyCatalogue)
    expect(faults).toContainEqual(expect.stringContaining('toy.owners.v1 is compacted and has several writers (owner-fold, second-fold)'))
  })

  it('names a compacted topic that edges write', () => {
    expect(check({ ...toyTopology, external: [...toyTopology.external, owners] })).toContainEqual(
      expect.stringContaining('toy.owners.v1 is compacted and listed as external'),
    )
  })

  it('names a store without a schema, and one whose name makes no topic', () => {
    const misfit = alter(windower, { stores: { ...windower.stores, 'a b': store(bills.schema), ghost: {} } })
    expect(check(withMetering(ownerFold, misfit))).toEqual([
      expect.stringContaining('windower: store a b does not make a topic name'),
      expect.stringContaining('windower: store ghost declares no schema'),
    ])
  })

  it('names missing and stray handlers, and an urgent port that is none', () => {
    const { readings: _, ...rest } = windower.on
    const misfit = {
      ...windower,
      on: { ...rest, others: () => {} },
      onTable: { none: () => {} },
      questions: { why: {} },
      urgent: ['nothing'],
    }
    expect(check(withMetering(ownerFold, misfit))).toEqual([
      expect.stringContaining('windower: input readings has no handler'),
      expect.stringContaining('windower: question why has no handler'),
      expect.stringContaining('windower: on.others handles no input'),
      expect.stringContaining('windower: onTable.none handles no table'),
      expect.stringContaining('windower: urgent names nothing'),
    ])
  })

  it('names topics that the catalogue lacks or declares otherwise', () => {
    expect(
      check(
        toyTopology,
        toyCatalogue.filter((topic) => topic !== bills),
      ),
    ).toEqual([expect.stringContaining('toy.bills.v1 is not in the catalogue')])
    const twin = { ...bills, retention: days(2) }
    expect(check(toyTopology, [...toyCatalogue.filter((topic) => topic !== bills), twin])).toEqual([
      expect.stringContaining('toy.bills.v1 is declared twice'),
    ])
  })

  it('names writers on which topology and catalogue disagree', () => {
    const misfit = alter(windower, { name: 'window-maker' })
    expect(check(withMetering(ownerFold, misfit))).toEqual([
      expect.stringContaining('window-maker writes toy.windows.v1, but the catalogue lists windower'),
      expect.stringContaining('the catalogue says that windower writes toy.windows.v1'),
    ])
  })

  it('names all faults at once', () => {
    expect(check({ ...toyTopology, external: [], terminal: [] }).length).toBeGreaterThan(3)
  })
})
