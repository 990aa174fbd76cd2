/** The stored form of a rendered payload: JSON text whose slots are filled when an event comes. */
import { z } from 'zod'

/** What a numeric slot needs to turn watts into the station's limit. */
const limitTraits = z.object({
  unit: z.enum(['W', 'A']),
  phases: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  voltageV: z.number().positive(),
  ratedW: z.number().nonnegative(),
  standingLimitW: z.number().nonnegative().exactOptional(),
  minChargingA: z.number().nonnegative().exactOptional(),
})

/** Of OCPP; absent = 1.6. */
const version = { version: z.literal('2.0.1').exactOptional() }

/**
 * Slots: `{{startSchedule}}`, `{{durationS}}`, `{{periods}}` in `payload`; `{{startPeriod}}` in `period` and `gap`,
 * and `{{limit}}` in `period` where `numeric` declares it.
 */
const template = z.discriminatedUnion('action', [
  z.object({
    ...version,
    action: z.literal('SetChargingProfile'),
    payload: z.string(),
    period: z.string(),
    gap: z.string(),
    /** The gap's limit holds before the first span and after the last, without end. */
    standing: z.boolean(),
    maxSpans: z.int().positive().exactOptional(),
    numeric: limitTraits.exactOptional(),
  }),
  z.object({ ...version, action: z.literal('ClearChargingProfile'), payload: z.string() }),
])

export type Template = z.infer<typeof template>
export type LimitTemplate = Extract<Template, { action: 'SetChargingProfile' }>
export type LimitTraits = z.infer<typeof limitTraits>

/** Text as stored at enrollment → template; throws where it is none. Intern the result: it is the same for all devices of a kind. */
export function parseTemplate(text: string): Template {
  return template.parse(JSON.parse(text))
}

/** Puts values into `{{name}}` slots; a slot without value stays, and would not be JSON. */
export function splice(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (slot, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : slot))
}
