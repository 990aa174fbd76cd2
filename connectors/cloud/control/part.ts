/** The parts of a timeline that a vendor keeps each as a thing of its own, and how they are named on the log and at the vendor. */
import { z } from 'zod'
import type { Command } from '../../../schemas/dispatch.ts'
import { hashId } from '../../../topics/ids.ts'

/** Contents by device mode; '' = any mode, null = nothing can be set in this mode. */
const bodies = z.record(z.string(), z.unknown())
const payloadSchema = z.object({
  vendor: z.string(),
  parts: z.array(z.object({ startMs: z.int(), endMs: z.int(), bodies })),
})

export interface Part {
  /** `start/end/hash`: equal parts of two commands have equal keys, so that what stays is left alone. */
  readonly key: string
  /** Epoch ms UTC; `endMs` exclusive. */
  readonly startMs: number
  readonly endMs: number
  readonly bodies: Readonly<Record<string, unknown>>
}

type Content = Omit<Part, 'key'>

/** The payload of a command to a device behind a cloud: JSON, equal for equal timelines. */
export function encodePayload(vendor: string, parts: readonly Content[]): Buffer {
  return Buffer.from(JSON.stringify({ vendor, parts }))
}

/** The parts of a payload; undefined where it is not one of this connector's, or of another vendor. */
export function readParts(payload: Buffer, vendor: string): readonly Part[] | undefined {
  try {
    const read = payloadSchema.parse(JSON.parse(payload.toString('utf8')))
    return read.vendor === vendor ? read.parts.map((content) => ({ ...content, key: keyOf(content) })) : undefined
  } catch {
    return undefined
  }
}

const keyOf = ({ startMs, endMs, bodies }: Content): string => `${startMs}/${endMs}/${hashId(JSON.stringify(bodies)).slice(0, 10)}`

/** When a part of this key ends, epoch ms UTC. */
export const endOf = (key: string): number => Number(key.split('/')[1] ?? 0)

/** When a part of this key begins, epoch ms UTC. */
export const startOf = (key: string): number => Number(key.split('/')[0] ?? 0)

/** The mode's own contents, or those of any mode; undefined = none was rendered for it. */
export const bodyOf = ({ bodies }: Part, mode: string): unknown => (Object.hasOwn(bodies, mode) ? bodies[mode] : bodies[''])

/** Whether its contents depend on the mode of the day. */
export const hasModes = ({ bodies }: Part): boolean => !Object.hasOwn(bodies, '')

/** Our names for things at a vendor begin so: what does not is never touched. */
export const TAG_PREFIX = 'drover.'

/**
 * Our name for what one call makes: it carries the command of the first device of the call, and is unlike for every set of devices,
 * part and try, so that a late twin of an earlier try is told apart.
 */
export function tagOf(commands: readonly Command[], partKey: string, triedMs: number): string {
  const ids = commands.map(({ commandId }) => commandId)
  return `${TAG_PREFIX}${ids[0] ?? ''}.${hashId('tag', partKey, triedMs, ...ids).slice(0, 8)}`
}
