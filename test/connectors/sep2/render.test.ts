/** A limit in W is said as each kind of DER understands it, never above what was asked, and neighbours stay neighbours. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeDefault, decodePayload } from '../../../connectors/sep2/payload.ts'
import { createSep2Renderer } from '../../../connectors/sep2/render.ts'
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import { someAttributes } from '../../build/changes.ts'

const LFDI = '3E4F45AB31EDFE5B67E343E5E4562E31984E23E5'
const renderer = createSep2Renderer()
const attributesOf = (extra: Record<string, string>, changes: Partial<ReturnType<typeof someAttributes>> = {}) =>
  someAttributes({ protocol: 'sep2', ratedW: 10_000, minimumW: 0, extra: { lfdi: LFDI, ...extra }, ...changes })

type Direction = 'shed' | 'take'

function templatesOf(attributes: ReturnType<typeof attributesOf>, limitW: number, direction: Direction) {
  const rendered = renderer.render(attributes, [{ level: '1', limitW, direction }])
  if ('fault' in rendered) throw new Error(rendered.fault)
  return new Map(rendered.map(({ level, payload }) => [level, payload]))
}

const segment = (changes: Partial<Segment> = {}): Segment => ({
  startMs: 1_000_000_000,
  endMs: 1_003_600_000,
  level: '1',
  limitW: 0,
  eventId: 'e',
  programId: 'p',
  ...changes,
})

function controlFor(attributes: ReturnType<typeof attributesOf>, limitW: number, direction: Direction = 'shed') {
  const payload = renderer.fill([segment({ limitW })], templatesOf(attributes, limitW, direction))
  return decodePayload(payload)?.[0]?.base
}

describe('what a limit is to each kind', () => {
  const battery = attributesOf({ derType: 'battery' })
  test.each([
    ['battery', battery, 10_000, 'shed', { control: 'opModFixedW', hundredths: 0 }],
    ['battery', battery, 5_000, 'shed', { control: 'opModFixedW', hundredths: 5_000 }],
    ['battery', battery, 0, 'shed', { control: 'opModFixedW', hundredths: 10_000 }],
    ['battery', battery, 5_000, 'take', { control: 'opModFixedW', hundredths: -5_000 }],
    [
      'battery with a standing limit',
      attributesOf({ derType: 'battery' }, { standingLimitW: 8_000 }),
      3_000,
      'shed',
      { control: 'opModFixedW', hundredths: 5_000 },
    ],
    ['inverter', attributesOf({ derType: 'inverter' }), 5_000, 'shed', { control: 'opModMaxLimW', hundredths: 5_000 }],
    ['inverter', attributesOf({ derType: 'inverter' }), 0, 'shed', { control: 'opModMaxLimW', hundredths: 0 }],
    [
      'load of CSIP-AUS',
      attributesOf({ derType: 'load', csipAus: 'true' }),
      2_345,
      'shed',
      { control: 'csipaus:opModLoadLimW', multiplier: 0, value: 2_345 },
    ],
    [
      'site of CSIP-AUS',
      attributesOf({ derType: 'load', csipAus: 'true', limitPoint: 'site' }),
      2_345,
      'shed',
      { control: 'csipaus:opModImpLimW', multiplier: 0, value: 2_345 },
    ],
    [
      'inverter of CSIP-AUS',
      attributesOf({ derType: 'inverter', csipAus: 'true' }),
      2_345,
      'shed',
      { control: 'csipaus:opModGenLimW', multiplier: 0, value: 2_345 },
    ],
    [
      'large load',
      attributesOf({ derType: 'load', csipAus: 'true' }, { ratedW: 200_000 }),
      100_007,
      'shed',
      { control: 'csipaus:opModLoadLimW', multiplier: 1, value: 10_000 },
    ],
  ] as const)('%s', (_, attributes, limitW, direction, control) => {
    expect(controlFor(attributes, limitW, direction)).toEqual(control)
  })

  test('property: what a device may do never exceeds the limit, nor misses it by more than a step of its control', () => {
    const kinds = [{ derType: 'battery' }, { derType: 'inverter' }, { derType: 'load', csipAus: 'true' }]
    const sizes = { ratedW: fc.integer({ min: 1, max: 500_000 }), standing: fc.option(fc.integer({ min: 0, max: 500_000 })) }
    const asked = fc.record({
      extra: fc.constantFrom(...kinds),
      limitW: fc.integer({ min: 0, max: 600_000 }),
      take: fc.boolean(),
      ...sizes,
    })
    fc.assert(
      fc.property(asked, ({ extra, ratedW, standing, limitW, take }) => {
        const attributes = attributesOf(extra as Record<string, string>, { ratedW, standingLimitW: standing })
        const base = controlFor(attributes, limitW, take ? 'take' : 'shed')
        const mostW = Math.min(ratedW, standing ?? ratedW)
        const withinW = Math.min(limitW, mostW)
        if (!base) throw new Error('no control')
        const saidW = 'value' in base ? base.value * 10 ** base.multiplier : (base.hundredths * ratedW) / 10_000
        const isShed = base.control === 'opModFixedW' && !take
        const allowedW = isShed ? mostW - saidW : Math.abs(saidW)
        expect(allowedW).toBeLessThanOrEqual(withinW + 1e-6)
        const stepW = 'value' in base ? 10 ** base.multiplier : ratedW / 10_000
        expect(withinW - allowedW).toBeLessThanOrEqual(stepW + 1e-6)
      }),
    )
  })
})

describe('timelines', () => {
  const attributes = attributesOf({ derType: 'battery' })
  const templates = templatesOf(attributes, 5_000, 'shed')
  const controls = (...segments: Segment[]) => decodePayload(renderer.fill(segments, templates)) ?? []

  test('an empty one releases', () => {
    expect(controls()).toEqual([])
  })

  test('equal limits of one event that follow each other are one control', () => {
    const [first, second] = [segment(), segment({ startMs: 1_003_600_000, endMs: 1_007_200_000 })]
    expect(controls(first, second)).toMatchObject([{ startS: 1_000_000, endS: 1_007_200 }])
    expect(controls(first, { ...second, limitW: 5_000 })).toHaveLength(2)
    expect(controls(first, { ...second, eventId: 'f' })).toHaveLength(2)
  })

  test('property: neighbours meet to the second, and nothing overlaps', () => {
    const lengths = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 90_000 }), limitW: fc.integer({ min: 0, max: 9_999 }) }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(lengths, (parts) => {
        const ends = [1_000_000_123]
        for (const { ms } of parts) ends.push((ends.at(-1) ?? 0) + ms)
        const atMs = ends.at(-1) ?? 0
        const segments = parts.map(({ limitW }, index) =>
          segment({ startMs: ends[index] ?? 0, endMs: ends[index + 1] ?? 0, limitW, eventId: `e${index}` }),
        )
        const filled = controls(...segments)
        expect(filled.slice(1).map(({ startS }) => startS)).toEqual(filled.slice(0, -1).map(({ endS }) => endS))
        if (filled.length > 0) expect(filled.at(-1)?.endS).toBe(Math.floor(atMs / 1000))
      }),
    )
  })

  test('a level without a template is a fault of the device', () => {
    expect(() => renderer.fill([segment({ level: '9' })], templates)).toThrow(/level 9/)
  })
})

describe('enrollment', () => {
  const faultOf = (extra: Record<string, string>, changes = {}) => {
    const rendered = renderer.render({ ...attributesOf({}, changes), extra }, [])
    return 'fault' in rendered ? rendered.fault : ''
  }

  test.each([
    [{ derType: 'battery' }, /extra\.lfdi/],
    [{ lfdi: LFDI }, /extra\.derType/],
    [{ lfdi: LFDI, derType: 'toaster' }, /extra\.derType/],
    [{ lfdi: 'xyz', derType: 'battery' }, /extra\.lfdi/],
    [{ lfdi: LFDI, derType: 'load' }, /extra\.csipAus/],
    [{ lfdi: LFDI, derType: 'battery', pin: '1234567' }, /extra\.pin/],
  ])('%o names what is missing', (extra, fault) => {
    expect(faultOf(extra as Record<string, string>)).toMatch(fault)
  })

  test('a rating of 0 leaves nothing to take shares of', () => {
    expect(faultOf({ lfdi: LFDI, derType: 'battery' }, { ratedW: 0 })).toMatch(/ratedW/)
  })

  test('between events holds the standing limit where the control can say one', () => {
    const defaultOf = (extra: Record<string, string>, standingLimitW: number | null) =>
      decodeDefault(templatesOf(attributesOf(extra, { standingLimitW }), 0, 'shed').get(RELEASE) ?? Buffer.alloc(0))
    expect(defaultOf({ derType: 'load', csipAus: 'true' }, 4_000)).toEqual({
      control: 'csipaus:opModLoadLimW',
      multiplier: 0,
      value: 4_000,
    })
    expect(defaultOf({ derType: 'inverter' }, 4_000)).toEqual({ control: 'opModMaxLimW', hundredths: 4_000 })
    expect(defaultOf({ derType: 'battery' }, 4_000)).toBeNull()
    expect(defaultOf({ derType: 'load', csipAus: 'true' }, null)).toBeNull()
  })

  test('equal attributes give equal bytes, and the poll rate is the reaction time', () => {
    const attributes = attributesOf({ derType: 'battery', pollRateS: '60' })
    expect(templatesOf(attributes, 5_000, 'shed')).toEqual(templatesOf({ ...attributes }, 5_000, 'shed'))
    expect(renderer.declare(attributes)).toEqual({ reactionTimeS: 60, quota: null, devicesPerCall: 1 })
    expect(renderer.declare(attributesOf({ derType: 'battery' })).reactionTimeS).toBe(300)
  })
})
