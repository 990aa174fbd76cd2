/** Renders ecobee's events: a set-point offset in the direction of the mode, or a duty cycle in any mode. Pure. */
import { z } from 'zod'
import { type LevelLimit, RELEASE, type RenderedTemplate } from '../../../processors/dispatch/renderer.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { encodePayload } from '../../cloud/control/part.ts'
import { MODES, offsetTenthsC, setbackTraits, shareOf } from '../setback.ts'

export const VENDOR = 'ecobee'

const template = z.object({
  vendor: z.literal(VENDOR),
  mode: z.enum([...MODES, '']),
  method: z.enum(['offset', 'dutyCycle']),
  isOptional: z.boolean(),
  ratedW: z.int().positive(),
  mostW: z.int(),
  mostC: z.number(),
})
type Template = z.infer<typeof template>

/** Contents of an event; temperatures in tenths of a degree Fahrenheit, relative to the program of the thermostat: less to heat, more to cool. */
const event = z.object({
  isOptional: z.boolean(),
  isTemperatureRelative: z.boolean(),
  heatRelativeTemp: z.int().optional(),
  coolRelativeTemp: z.int().optional(),
  dutyCyclePercentage: z.int().min(0).max(100).optional(),
})
type Event = z.infer<typeof event>

/** Throws where `fill` did not write it. */
export const eventOf = (body: unknown): Event => event.parse(body)

/** One template for each level and mode; with a duty cycle (`extra.method` = dutyCycle) the mode makes no difference. */
export function renderEcobee(
  attributes: DeviceAttributes,
  levels: readonly LevelLimit[],
): readonly RenderedTemplate[] | { readonly fault: string } {
  const traits = setbackTraits(attributes)
  if ('fault' in traits) return traits
  const { ratedW, standingLimitW, extra } = attributes
  const method = extra.method ?? 'offset'
  if (method !== 'offset' && method !== 'dutyCycle')
    return { fault: `attributes.extra.method: must be offset or dutyCycle, not "${method}"` }
  const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
  const modes = method === 'offset' ? MODES : ['' as const]
  const of = (mode: Template['mode']): Buffer => {
    const text: Template = { vendor: VENDOR, mode, method, isOptional: extra.mandatory !== 'true', ratedW, mostW, mostC: traits.mostC }
    return Buffer.from(JSON.stringify(text))
  }
  const each = levels.flatMap(({ level, limitW }) =>
    modes.map((mode) => ({ level, mode, limitW: Math.min(limitW, mostW), payload: of(mode) })),
  )
  return [...each, { level: RELEASE, mode: '', limitW: mostW, payload: of('') }]
}

export function fillEcobee(timeline: readonly Segment[], templates: ReadonlyMap<string, Buffer>): Buffer {
  const parts = timeline.map(({ startMs, endMs, limitW, level }) => {
    const bodies = ['', ...MODES].flatMap((mode) => {
      const text = templates.get(mode === '' ? level : `${level}/${mode}`)
      return text ? [[mode, bodyOf(template.parse(JSON.parse(String(text))), limitW)] as const] : []
    })
    if (bodies.length === 0) throw new Error(`templates: none for level ${level}; render the device again`)
    return { startMs, endMs, bodies: Object.fromEntries(bodies) }
  })
  return encodePayload(VENDOR, parts)
}

/** In mode off nothing runs; the offset holds should somebody turn it on meanwhile. */
function bodyOf(of: Template, askedW: number): Event {
  const { mode, method, isOptional, mostW } = of
  const limitW = Math.min(askedW, mostW)
  if (method === 'dutyCycle') return { isOptional, isTemperatureRelative: true, dutyCyclePercentage: Math.floor(shareOf(of, limitW) * 100) }
  const tenthsF = Math.round(offsetTenthsC(of, limitW) * 1.8)
  return {
    isOptional,
    isTemperatureRelative: true,
    ...(mode === 'cool' ? {} : { heatRelativeTemp: 0 - tenthsF }),
    ...(mode === 'heat' ? {} : { coolRelativeTemp: tenthsF }),
  }
}
