/** Loopback's rendering: a device takes its timeline as it stands, in W, and a template says only how high a limit may go. */
import { z } from 'zod'
import { type Declaration, type ProtocolRenderer, RELEASE } from '../../processors/dispatch/renderer.ts'
import { type Span, timeline } from './wire.ts'

const template = z.object({ mostW: z.int().nonnegative() })
const command = z.object({ timeline })
const declaration: Declaration = { reactionTimeS: 1, quota: null, devicesPerCall: 1 }

export const loopbackRenderer: ProtocolRenderer = {
  protocol: 'loopback',
  declare: () => declaration,
  render({ ratedW, standingLimitW, limitUnit }, levels) {
    if (limitUnit !== 'W') return { fault: `attributes.limitUnit: loopback takes limits in W, not ${limitUnit}` }
    const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
    const payload = Buffer.from(JSON.stringify({ mostW }))
    return [...levels, { level: RELEASE, limitW: mostW }].map(({ level, limitW }) => ({
      level,
      mode: '',
      limitW: Math.min(limitW, mostW),
      payload,
    }))
  },
  fill(segments, templates) {
    const spans = segments.map(({ startMs, endMs, limitW, level }) => {
      const { mostW } = template.parse(JSON.parse(String(templates.get(level))))
      return { startMs, endMs, limitW: Math.min(limitW, mostW) }
    })
    return Buffer.from(JSON.stringify({ timeline: spans }))
  },
}

/** What `fill` wrote. Throws where it is something else. */
export function readPayload(payload: Buffer): readonly Span[] {
  return command.parse(JSON.parse(payload.toString('utf8'))).timeline
}
