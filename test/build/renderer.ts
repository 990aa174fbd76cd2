/** A protocol for tests whose payloads can be read: a template names level and limit, a filled timeline its segments. */
import { type ProtocolRenderer, RELEASE } from '../../processors/dispatch/renderer.ts'
import type { Protocol } from '../../schemas/common.ts'

/** Renders nothing for devices of model "unrenderable". */
export function readableRenderer(protocol: Protocol, reactionTimeS = 0): ProtocolRenderer {
  return {
    protocol,
    declare: () => ({ reactionTimeS, quota: null, devicesPerCall: 1 }),
    render(attributes, levels) {
      if (attributes.model === 'unrenderable') return { fault: 'attributes.model: takes no limits' }
      const all = [...levels, { level: RELEASE, limitW: attributes.ratedW }]
      return all.map(({ level, limitW }) => ({ level, mode: '', limitW, payload: Buffer.from(JSON.stringify({ level, limitW })) }))
    },
    fill: (timeline, templates) =>
      Buffer.from(
        JSON.stringify(
          timeline.map(({ startMs, endMs, level }) => ({ startMs, endMs, template: JSON.parse(String(templates.get(level))) })),
        ),
      ),
  }
}
