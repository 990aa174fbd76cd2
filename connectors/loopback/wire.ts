/**
 * The loopback protocol: one JSON object per line over TCP, in both directions.
 *
 *     device ▶ {"hello":"D-1","key":"…"}
 *            ◀ {"id":"1","do":"set","timeline":[{"startMs":0,"endMs":1,"limitW":0}]}      an empty timeline = no limit of ours
 *     device ▶ {"re":"1","status":"accepted"}
 *            ◀ {"id":"2","do":"read"}
 *     device ▶ {"re":"2","status":"accepted","timeline":[…]}
 *            ◀ {"id":"3","do":"history","channel":"import","fromMs":0,"untilMs":1}       values that did not come
 *     device ▶ {"re":"3","status":"accepted"}                                              it says them again, as energy; notSupported = it has none
 *     device ▶ {"id":"7","energy":{"channel":"import","startMs":0,"stepS":900,"energyWh":250}}
 *            ◀ {"re":"7","status":"accepted"}                                             once it is durable
 *     device ▶ {"id":"8","override":"too cold"}
 */
import { z } from 'zod'

const span = z.object({ startMs: z.int(), endMs: z.int(), limitW: z.int() })
export type Span = z.infer<typeof span>

export const timeline = z.array(span)

const channel = z.enum(['import', 'export', 'generation'])
export type LoopbackChannel = z.infer<typeof channel>

export const energy = z.object({
  channel,
  /** Epoch ms UTC. */
  startMs: z.int().nonnegative(),
  stepS: z.literal([60, 300, 900, 1800, 3600]),
  energyWh: z.int().nonnegative(),
})

const id = z.string().min(1).max(64)
const status = z.enum(['accepted', 'rejected', 'notSupported'])

export const fromDevice = z.union([
  z.strictObject({ hello: z.string().min(1).max(128), key: z.string().max(256).default('') }),
  z.strictObject({ re: id, status, detail: z.string().max(500).default(''), timeline: timeline.optional() }),
  z.strictObject({ id, energy }),
  z.strictObject({ id, override: z.string().max(500) }),
])
export type FromDevice = z.infer<typeof fromDevice>
export type Reply = Extract<FromDevice, { re: string }>

export type ToDevice =
  | { readonly id: string; readonly do: 'set'; readonly timeline: readonly Span[] }
  | { readonly id: string; readonly do: 'read' }
  /** Epoch ms UTC, `untilMs` exclusive. */
  | { readonly id: string; readonly do: 'history'; readonly channel: LoopbackChannel; readonly fromMs: number; readonly untilMs: number }
  | { readonly re: string; readonly status: 'accepted' | 'rejected'; readonly detail?: string }

/** The message of a line, or what is wrong with it. */
export function readLine(line: string): FromDevice | { readonly fault: string; readonly path: string } {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return { fault: 'a line must be JSON', path: '' }
  }
  const parsed = fromDevice.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return { fault: z.prettifyError(parsed.error), path: issue?.path.join('.') ?? '' }
}

/** The id that an unreadable request asks to be answered under, as far as it has one. */
export function idOf(line: string): string {
  return /"id"\s*:\s*"([^"\\]{1,64})"/.exec(line)?.[1] ?? ''
}
