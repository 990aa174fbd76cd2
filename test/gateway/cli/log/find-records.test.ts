/** Tries finding records: by the index up to where it reaches, by searching after that, and the same either way. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findRecords, stretchesOver, wanted } from '../../../../gateway/cli/log/find-records.ts'
import type { Placed } from '../../../../gateway/cli/log/placed.ts'
import { readTable } from '../../../../gateway/cli/log/read-table.ts'
import type { DevicePresence } from '../../../../schemas/devices.ts'
import { devicePresence } from '../../../../topics/catalogue.ts'
import { createMemoryRawLog } from './memory-raw-log.ts'

const presence = (deviceId: string, sinceMs: number): DevicePresence => ({ deviceId, connected: true, epoch: 1, node: 'edge', sinceMs })

describe('stretches', () => {
  test('cover every offset once, in order, and join neighbours', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { maxLength: 50 }), (offsets) => {
        const stretches = stretchesOver('t', 0, offsets)
        for (const offset of offsets) expect(stretches.filter(({ start, end }) => start <= offset && offset < end)).toHaveLength(1)
        for (const [index, { start }] of stretches.entries())
          if (index > 0) expect(start).toBeGreaterThan((stretches[index - 1]?.end ?? 0) + 1_000)
      }),
    )
  })
})

describe('finding', () => {
  const ids = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 60 })

  test('finds the same with an index that reaches anywhere as without one, and reads less', async () => {
    await fc.assert(
      fc.asyncProperty(ids, fc.nat(60), fc.array(fc.nat(59)), async (devices, reach, holes) => {
        const log = createMemoryRawLog([devicePresence])
        for (const [index, id] of devices.entries()) {
          if (holes.includes(index)) log.mark(devicePresence, 0)
          log.append(devicePresence, presence(id, index), { partition: 0 })
        }
        const find = async (from: 'beginning' | { offset: number }, known: readonly number[]) => {
          const found: Placed<DevicePresence>[] = []
          await findRecords(log, log.schemas, [wanted(devicePresence, { partition: 0, from, known, keys: ['a'] }, found)])
          return found
        }
        const all = await find('beginning', [])
        expect(all.map(({ value }) => value.sinceMs)).toEqual(devices.flatMap((id, index) => (id === 'a' ? [index] : [])))
        const known = all.map(({ offset }) => offset).filter((offset) => offset < reach)
        expect(await find({ offset: reach }, known)).toEqual(all)
      }),
    )
  })

  test('keeps only what matches, and tells how far it is', async () => {
    const log = createMemoryRawLog([devicePresence])
    for (let index = 0; index < 10; index++) log.append(devicePresence, presence('a', index), { partition: 1 })
    const found: Placed<DevicePresence>[] = []
    const shares: number[] = []
    const options = { partition: 1, from: 'beginning', matches: ({ sinceMs }: DevicePresence) => sinceMs > 7 } as const
    await findRecords(log, log.schemas, [wanted(devicePresence, options, found)], (share) => shares.push(share))
    expect(found.map(({ offset }) => offset)).toEqual([8, 9])
    expect(shares.at(-1)).toBe(1)
  })
})

describe('a table', () => {
  test('holds the newest value of each key, without those that were deleted, of all partitions or one', async () => {
    const log = createMemoryRawLog([devicePresence])
    for (const [id, sinceMs] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['a', 4],
    ] as const)
      log.append(devicePresence, presence(id, sinceMs))
    log.append(devicePresence, null, { key: 'b' })
    const table = await readTable(devicePresence, { log, schemas: log.schemas, partition: null })
    expect([...table].map(([key, { sinceMs }]) => [key, sinceMs]).sort()).toEqual([
      ['a', 4],
      ['c', 3],
    ])
    await expect(readTable({ ...devicePresence, name: 'nope' }, { log, schemas: log.schemas, partition: null })).rejects.toThrow(
      /nope does not exist/,
    )
  })
})
