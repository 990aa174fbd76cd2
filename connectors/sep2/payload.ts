/** The payload of a sep2 command: the controls that the device's lists will show, in order. */
import { z } from 'zod'
import { control } from './limit.ts'

const plannedControl = z.strictObject({
  programId: z.string(),
  eventId: z.string(),
  /** Seconds since 1970, UTC. */
  startS: z.int(),
  /** Exclusive. */
  endS: z.int(),
  base: control,
})
export type PlannedControl = z.infer<typeof plannedControl>

const payload = z.strictObject({ controls: z.array(plannedControl).max(1_000) })

export const encodePayload = (controls: readonly PlannedControl[]): Buffer => Buffer.from(JSON.stringify({ controls }))

/** undefined where the bytes are no payload of this connector. */
export function decodePayload(bytes: Buffer): readonly PlannedControl[] | undefined {
  try {
    return payload.parse(JSON.parse(bytes.toString('utf8'))).controls
  } catch {
    return undefined
  }
}

/** What holds between events, as the release template says it; null = nothing of ours. */
export const defaultTemplate = z.strictObject({ base: control.nullable() })

export function decodeDefault(bytes: Buffer): z.infer<typeof control> | null {
  const parsed = defaultTemplate.safeParse(JSON.parse(bytes.toString('utf8')))
  return parsed.success ? parsed.data.base : null
}
