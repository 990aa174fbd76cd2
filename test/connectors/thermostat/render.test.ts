/** How far a thermostat gives way follows from the level, the mode of the day and what its owner allows. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodyOf, type Part, readParts } from '../../../connectors/cloud/control/part.ts'
import { thermostatRenderer } from '../../../connectors/thermostat/render.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { someAttributes } from '../../build/changes.ts'

const NOW_MS = Date.UTC(2026, 6, 1, 12)
const attributesOf = (vendor: string, extra: Readonly<Record<string, string>> = {}): DeviceAttributes =>
  someAttributes({ protocol: 'thermostat', vendor, ratedW: 4_000, credential: 'c', extra: { locationId: 'home', ...extra } })

function partFor(attributes: DeviceAttributes, limitW: number): Part {
  const rendered = thermostatRenderer.render(attributes, [{ level: '1', limitW: 2_000 }])
  if ('fault' in rendered) throw new Error(rendered.fault)
  const templates = new Map(rendered.map(({ level, mode, payload }) => [mode === '' ? level : `${level}/${mode}`, payload]))
  const segment: Segment = { startMs: NOW_MS, endMs: NOW_MS + 3_600_000, limitW, level: '1', eventId: 'e', programId: 'p' }
  const [part] = readParts(thermostatRenderer.fill([segment], templates), attributes.vendor) ?? []
  if (!part) throw new Error('there is no part')
  return part
}

test('half the rated power is half the offset that the owner allows: warmer when cooling, colder when heating', () => {
  const part = partFor(attributesOf('ecobee', { maxOffsetC: '4' }), 2_000)
  expect(bodyOf(part, 'cool')).toMatchObject({ coolRelativeTemp: 36, isOptional: true })
  expect(bodyOf(part, 'heat')).toMatchObject({ heatRelativeTemp: -36 })
  expect(bodyOf(part, 'cool')).not.toHaveProperty('heatRelativeTemp')
  expect(bodyOf(part, 'auto')).toMatchObject({ heatRelativeTemp: -36, coolRelativeTemp: 36 })
})

test('a duty cycle is the share of time that it may run, in any mode', () => {
  const part = partFor(attributesOf('ecobee', { method: 'dutyCycle' }), 1_000)
  expect(bodyOf(part, 'heat')).toMatchObject({ dutyCyclePercentage: 25 })
})

test('a set-point that is moved is an offset in tenths of a degree, and there is none while it is off', () => {
  const part = partFor(attributesOf('resideo', { maxOffsetC: '4' }), 3_000)
  expect(bodyOf(part, 'cool')).toEqual({ tenthsC: 10 })
  expect(bodyOf(part, 'off')).toBeUndefined()
})

test('property: a lower limit never gives less way, and none goes beyond what the owner allows', () => {
  const limits = fc.integer({ min: -1_000, max: 10_000 })
  fc.assert(
    fc.property(fc.constantFrom('ecobee', 'resideo'), limits, limits, fc.constantFrom('0.5', '2', '8'), (vendor, a, b, maxOffsetC) => {
      const attributes = attributesOf(vendor, { maxOffsetC })
      const offsetOf = (limitW: number): number => {
        const body = bodyOf(partFor(attributes, limitW), 'cool') as { coolRelativeTemp?: number; tenthsC?: number }
        return body.tenthsC ?? (body.coolRelativeTemp ?? 0) / 1.8
      }
      const [low, high] = [offsetOf(Math.min(a, b)), offsetOf(Math.max(a, b))]
      expect(low).toBeGreaterThanOrEqual(high)
      expect(low).toBeLessThanOrEqual(Number(maxOffsetC) * 10 + 0.5)
      expect(high).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 60 },
  )
})

describe('what makes it impossible is named', () => {
  test.each([
    [attributesOf('acme'), 'attributes.vendor'],
    [{ ...attributesOf('ecobee'), credential: '' }, 'attributes.credential'],
    [attributesOf('ecobee', { method: 'magic' }), 'attributes.extra.method'],
    [attributesOf('ecobee', { maxOffsetC: '20' }), 'attributes.extra.maxOffsetC'],
    [attributesOf('resideo', { locationId: '' }), 'attributes.extra.locationId'],
  ])('%#', (attributes, field) => {
    const rendered = thermostatRenderer.render(attributes, [])
    expect('fault' in rendered && rendered.fault).toMatch(new RegExp(`^${field}: `))
  })
})
