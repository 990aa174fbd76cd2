/** Renders what an Enphase site is to do at a level: a cap on its export, or a rate at which its battery discharges. Pure. */
import { z } from 'zod'
import type { LevelLimit, RenderedTemplate } from '../../../processors/dispatch/renderer.ts'
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { encodePayload } from '../../cloud/control/part.ts'

export const VENDOR = 'enphase'

const template = z.object({
  vendor: z.literal(VENDOR),
  asset: z.enum(['pv', 'battery']),
  program: z.string(),
  ratedW: z.int().positive(),
  mostW: z.int(),
})
type Template = z.infer<typeof template>

/** An event lasts 300 minutes at most; what lasts longer goes on in another one. */
const LONGEST_MS = 300 * 60_000

/** Contents of an event: a limit on export at the site, or a rate of discharge of the battery itself, W. */
const functions = z.union([
  z.object({
    program_id: z.string(),
    functions: z.tuple([z.literal('PV')]),
    measuring_reference: z.literal('SITE'),
    mode: z.literal('CURTAIL'),
    export_limit: z.int(),
  }),
  z.object({
    program_id: z.string(),
    functions: z.tuple([z.literal('BATTERY')]),
    measuring_reference: z.literal('ASSET'),
    mode: z.literal('DISCHARGE'),
    rate_watt: z.int(),
  }),
])

/** Throws where `fill` did not write it. */
export const functionOf = (body: unknown): z.infer<typeof functions> => functions.parse(body)

/** The limit is a slot, since an event may carry its own: all levels of a site share one template. */
export function renderEnphase(
  attributes: DeviceAttributes,
  levels: readonly LevelLimit[],
): readonly RenderedTemplate[] | { readonly fault: string } {
  const { ratedW, standingLimitW, extra } = attributes
  const asset = extra.asset ?? 'pv'
  if (asset !== 'pv' && asset !== 'battery') return { fault: `attributes.extra.asset: must be pv or battery, not "${asset}"` }
  if (!extra.vppProgram) return { fault: 'attributes.extra.vppProgram: names the program of the vendor under which the site takes events' }
  const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
  const text: Template = { vendor: VENDOR, asset, program: extra.vppProgram, ratedW, mostW }
  const payload = Buffer.from(JSON.stringify(text))
  return [...levels, { level: RELEASE, limitW: mostW }].map(({ level, limitW }) => ({
    level,
    mode: '',
    limitW: Math.min(limitW, mostW),
    payload,
  }))
}

export function fillEnphase(timeline: readonly Segment[], templates: ReadonlyMap<string, Buffer>): Buffer {
  const parts = timeline.flatMap(({ startMs, endMs, limitW, level }) => {
    const body = bodyOf(template.parse(JSON.parse(String(templates.get(level)))), limitW)
    const pieces: { startMs: number; endMs: number; bodies: { '': unknown } }[] = []
    for (let fromMs = startMs; fromMs < endMs; fromMs += LONGEST_MS)
      pieces.push({ startMs: fromMs, endMs: Math.min(endMs, fromMs + LONGEST_MS), bodies: { '': body } })
    return pieces
  })
  return encodePayload(VENDOR, parts)
}

/** A battery takes off the site what its limit takes off its rating: at half of it, it discharges at half its rate. */
function bodyOf({ asset, program, ratedW, mostW }: Template, limitW: number): z.infer<typeof functions> {
  const limit = Math.max(0, Math.min(limitW, mostW))
  if (asset === 'pv') return { program_id: program, functions: ['PV'], measuring_reference: 'SITE', mode: 'CURTAIL', export_limit: limit }
  return { program_id: program, functions: ['BATTERY'], measuring_reference: 'ASSET', mode: 'DISCHARGE', rate_watt: ratedW - limit }
}
