/** What the registry says of a device in `extra` that only this protocol reads. */
import { z } from 'zod'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
const lfdi = z
  .string()
  .regex(/^[0-9a-fA-F]{40}$/, 'must be 40 hex digits')
  .transform((text) => text.toUpperCase())
const seconds = z
  .string()
  .regex(/^\d{1,6}$/, 'must be seconds')
  .transform(Number)
  .refine((value) => value >= 10, 'must be 10 or more')

const extra = z.object({
  /** What the DER is: it decides how a limit is said. */
  derType: z.enum(['battery', 'inverter', 'load']).optional(),
  /** Limits are said in W by the extension of CSIP-AUS. */
  csipAus: flag,
  /** Where a CSIP-AUS limit on load holds: at the device, or at the connection point of its site. */
  limitPoint: z.enum(['device', 'site']).default('device'),
  /** LFDI of the device, known out of band or since it registered in band. */
  lfdi: lfdi.optional(),
  /** SFDI by which the device may register in band. */
  sfdi: z
    .string()
    .regex(/^\d{1,12}$/, 'must be decimal digits')
    .transform(Number)
    .optional(),
  /** LFDI of the aggregator that speaks for the device. */
  aggregatorLfdi: lfdi.optional(),
  /** Registration PIN, six digits. */
  pin: z
    .string()
    .regex(/^\d{1,6}$/, 'must be up to six digits')
    .transform(Number)
    .optional(),
  pollRateS: seconds.optional(),
  postRateS: seconds.optional(),
  /** Which of its usage points is the device: its own, or the one of its premises. */
  metering: z.enum(['device', 'site']).default('device'),
  /** mRID of the usage point that counts, where there are several. */
  usagePoint: z
    .string()
    .regex(/^[0-9a-fA-F]{2,32}$/, 'must be an mRID in hex')
    .transform((text) => text.toUpperCase())
    .optional(),
})
export type Traits = z.infer<typeof extra>

/** What a client is told to poll by, where neither its device nor the server says otherwise, seconds. */
export const POLL_RATE_S = 300

export function readTraits(attributes: Pick<DeviceAttributes, 'extra'>): Traits | { readonly fault: string } {
  const parsed = extra.safeParse(attributes.extra)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return { fault: `attributes.extra.${issue?.path.join('.')}: ${issue?.message}` }
}
