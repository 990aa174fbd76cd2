/** Renders Resideo's set-point offsets: one number for each level and mode; what it is added to is read when the event starts. Pure. */
import { z } from 'zod'
import { type LevelLimit, RELEASE, type RenderedTemplate } from '../../../processors/dispatch/renderer.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { encodePayload } from '../../cloud/control/part.ts'
import { MODES, offsetTenthsC, setbackTraits } from '../setback.ts'

export const VENDOR = 'resideo'

const template = z.object({ vendor: z.literal(VENDOR), ratedW: z.int().positive(), mostW: z.int(), mostC: z.number() })
const offset = z.object({ tenthsC: z.int().min(0).max(80) })

/** Throws where `fill` did not write it. */
export const offsetOf = (body: unknown): z.infer<typeof offset> => offset.parse(body)

/** A thermostat that is off has no set-point to move: there is no template for that mode. */
const SET_MODES = MODES.filter((mode) => mode !== 'off')

export function renderResideo(
  attributes: DeviceAttributes,
  levels: readonly LevelLimit[],
): readonly RenderedTemplate[] | { readonly fault: string } {
  const traits = setbackTraits(attributes)
  if ('fault' in traits) return traits
  const { ratedW, standingLimitW, extra } = attributes
  if (!extra.locationId) return { fault: 'attributes.extra.locationId: the vendor asks for the location of a thermostat in each call' }
  const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
  const payload = Buffer.from(JSON.stringify({ vendor: VENDOR, ratedW, mostW, mostC: traits.mostC } satisfies z.infer<typeof template>))
  const each = levels.flatMap(({ level, limitW }) => SET_MODES.map((mode) => ({ level, mode, limitW: Math.min(limitW, mostW), payload })))
  return [...each, { level: RELEASE, mode: '', limitW: mostW, payload }]
}

export function fillResideo(timeline: readonly Segment[], templates: ReadonlyMap<string, Buffer>): Buffer {
  const parts = timeline.map(({ startMs, endMs, limitW, level }) => {
    const bodies = SET_MODES.map((mode) => {
      const traits = template.parse(JSON.parse(String(templates.get(`${level}/${mode}`))))
      return [mode, { tenthsC: offsetTenthsC(traits, Math.min(limitW, traits.mostW)) }] as const
    })
    return { startMs, endMs, bodies: Object.fromEntries(bodies) }
  })
  return encodePayload(VENDOR, parts)
}
