/** A protocol for tests whose payloads can be read: a template names level and limit, a filled timeline its segments. */
import { type Declaration, type ProtocolRenderer, RELEASE } from '../../processors/dispatch/renderer.ts'
import type { Protocol } from '../../schemas/common.ts'

const OWN_LINE: Omit<Declaration, 'reactionTimeS'> = { quota: null, devicesPerCall: 1 }

/** Renders nothing for devices of model "unrenderable"; those with a credential share the line given. */
export function readableRenderer(protocol: Protocol, reactionTimeS = 0, shared = OWN_LINE): ProtocolRenderer {
  return {
    protocol,
    declare: ({ credential }) => ({ reactionTimeS, ...(credential === '' ? OWN_LINE : shared) }),
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
