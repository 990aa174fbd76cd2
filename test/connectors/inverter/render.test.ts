/** What an inverter cloud is told at a level follows from the registration; what can not be commanded says why at enrollment. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readParts } from '../../../connectors/cloud/control/part.ts'
import { inverterRenderer } from '../../../connectors/inverter/render.ts'
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { someAttributes } from '../../build/changes.ts'

const NOW_MS = Date.UTC(2026, 6, 1, 12)
const HOUR_MS = 3_600_000
const battery = someAttributes({
  ...{ protocol: 'inverter', vendor: 'enphase', ratedW: 10_000, credential: 'c' },
  extra: { asset: 'battery', vppProgram: 'vpp-1' },
})
const pv: DeviceAttributes = { ...battery, extra: { vppProgram: 'vpp-1' }, standingLimitW: 6_000 }
const segment = (startMs: number, endMs: number, limitW: number): Segment => ({
  ...{ startMs, endMs, limitW, level: '1', eventId: 'e', programId: 'p' },
})

function partsFor(attributes: DeviceAttributes, segments: readonly Segment[]) {
  const rendered = inverterRenderer.render(attributes, [{ level: '1', limitW: 5_000 }])
  if ('fault' in rendered) throw new Error(rendered.fault)
  const templates = new Map(rendered.map(({ level, payload }) => [level, payload]))
  return readParts(inverterRenderer.fill(segments, templates), 'enphase') ?? []
}

test('panels are held to an export limit, and a battery discharges what its limit takes off its rating', () => {
  expect(partsFor(pv, [segment(NOW_MS, NOW_MS + HOUR_MS, 4_000)])[0]?.bodies['']).toMatchObject({ mode: 'CURTAIL', export_limit: 4_000 })
  expect(partsFor(battery, [segment(NOW_MS, NOW_MS + HOUR_MS, 4_000)])[0]?.bodies['']).toMatchObject({
    mode: 'DISCHARGE',
    rate_watt: 6_000,
  })
})

test('property: no limit exceeds the standing limit, and long segments are cut into events of 300 minutes without a hole', () => {
  const limits = fc.integer({ min: -5_000, max: 50_000 })
  fc.assert(
    fc.property(limits, fc.integer({ min: 1, max: 3_000 }), (limitW, minutes) => {
      const endMs = NOW_MS + minutes * 60_000
      const parts = partsFor(pv, [segment(NOW_MS, endMs, limitW)])
      const body = parts[0]?.bodies[''] as { export_limit: number }
      expect(body.export_limit).toBeGreaterThanOrEqual(0)
      expect(body.export_limit).toBeLessThanOrEqual(6_000)
      expect([parts[0]?.startMs, parts.at(-1)?.endMs]).toEqual([NOW_MS, endMs])
      parts.forEach((part, index) => {
        expect(part.endMs - part.startMs).toBeLessThanOrEqual(300 * 60_000)
        expect(part.startMs).toBe(index === 0 ? NOW_MS : parts[index - 1]?.endMs)
      })
    }),
    { numRuns: 100 },
  )
})

test('an empty timeline has no parts', () => {
  expect(partsFor(battery, [])).toEqual([])
})

test('all levels share what is rendered, and there is one to release', () => {
  const rendered = inverterRenderer.render(battery, [
    { level: '1', limitW: 5_000 },
    { level: '2', limitW: 0 },
  ])
  if ('fault' in rendered) throw new Error(rendered.fault)
  expect(rendered.map(({ level }) => level)).toEqual(['1', '2', RELEASE])
  expect(new Set(rendered.map(({ payload }) => String(payload))).size).toBe(1)
})

describe('what makes it impossible is named', () => {
  test.each([
    ['a vendor that nobody knows', { vendor: 'acme' }, 'attributes.vendor'],
    ['a vendor that takes no commands', { vendor: 'solaredge' }, 'attributes.vendor'],
    ['limits in another unit', { limitUnit: 'A' }, 'attributes.limitUnit'],
    ['no credential', { credential: '' }, 'attributes.credential'],
    ['a credential that names a path', { credential: '../../etc/passwd' }, 'attributes.credential'],
    ['no program of the vendor', { extra: { asset: 'battery' } }, 'attributes.extra.vppProgram'],
    ['an asset that there is not', { extra: { vppProgram: 'v', asset: 'wind' } }, 'attributes.extra.asset'],
    ['a zone that there is not', { extra: { vppProgram: 'v', zone: 'Mars/Olympus' } }, 'attributes.extra.zone'],
  ] as const)('%s', (_, changes, field) => {
    const rendered = inverterRenderer.render({ ...battery, ...changes }, [])
    expect('fault' in rendered && rendered.fault).toMatch(new RegExp(`^${field}: `))
  })
})

test('what a credential can do follows from the plan, less what is kept for releases', () => {
  expect(inverterRenderer.declare?.(battery)).toMatchObject({ quota: { calls: 8, windowS: 60 }, devicesPerCall: 50 })
  expect(inverterRenderer.declare?.({ ...battery, extra: { plan: 'gigawatt' } })).toMatchObject({ quota: { calls: 240 } })
})
