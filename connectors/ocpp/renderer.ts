/** OCPP's rendering for enrollment and dispatch: one template per level, and whole timelines as calls to a station. */
import { type Declaration, type ProtocolRenderer, RELEASE, type RenderedTemplate } from '../../processors/dispatch/renderer.ts'
import type { Segment } from '../../schemas/dispatch.ts'
import { ceilingW } from './limits/limit.ts'
import { fillTimeline, type Part, type Rendered, renderTemplate } from './limits/render.ts'
import { parseTemplate, type Template } from './limits/template.ts'
import type { Traits } from './limits/traits.ts'
import { traitsOf } from './limits/traits-of.ts'
import { encodeWireCommand, type LaterCall, type WireCall } from './limits/wire-command.ts'

/** A station is told at once, and most follow within seconds; some take half a minute. */
const declaration: Declaration = { reactionTimeS: 30, quota: null, devicesPerCall: 1 }

/** Templates of a fleet are few: one for each kind of station. */
const MAX_KEPT = 10_000

/** The limit is a declared slot, since an event may carry its own: all levels of a station share one template. */
function render(traits: Traits, levels: readonly { level: string; limitW: number }[], minimumW: number): readonly RenderedTemplate[] {
  const ceiling = ceilingW(traits)
  const payload = Buffer.from(renderTemplate('slot', traits))
  const release = { level: RELEASE, mode: '', limitW: ceiling, payload: Buffer.from(renderTemplate('release', traits)) }
  // What the station will be asked for, so that nobody counts on more than it.
  const limits = levels.map(({ level, limitW }) => ({
    level,
    mode: '',
    limitW: Math.min(Math.max(limitW, minimumW), ceiling),
    payload,
  }))
  return [...limits, release]
}

const callOf = ({ action, payloadJson }: Rendered): WireCall => ({ action, payload: payloadJson })

/**
 * A timeline of more periods than the station takes goes out in pieces. The next begins with the last span of the one before
 * and is due from that span's start, so that it may come at any time within it:
 *
 *   first   |--A--|--B--|--C--|
 *   next                |--C--|--D--|--E--|
 *                       ^ fromMs
 */
function laterCalls(parts: readonly Part[], first: Rendered, release: Template): readonly LaterCall[] {
  const later: LaterCall[] = []
  let rest = parts
  let sent = first
  while (sent.truncated && sent.coversUntilMs !== undefined) {
    const untilMs = sent.coversUntilMs
    const kept = rest.filter(({ endMs }) => Math.floor(endMs / 1000) * 1000 <= untilMs)
    const last = kept.at(-1)
    const overlaps = kept.length > 1 && last !== undefined
    rest = rest.slice(overlaps ? kept.length - 1 : kept.length)
    sent = fillTimeline(rest, release)
    later.push({ fromMs: overlaps ? last.startMs : untilMs, ...callOf(sent) })
  }
  return later
}

/** A renderer with its own memory of parsed templates. */
export function createOcppRenderer(): ProtocolRenderer {
  const parsed = new Map<string, Template>()
  /** Devices that are alike mostly share the very bytes. */
  const parsedOf = new WeakMap<Buffer, Template>()

  function parse(text: string): Template {
    const known = parsed.get(text)
    if (known) return known
    if (parsed.size >= MAX_KEPT) parsed.clear()
    const template = parseTemplate(text)
    parsed.set(text, template)
    return template
  }

  function templateOf(templates: ReadonlyMap<string, Buffer>, level: string): Template {
    const payload = templates.get(level)
    if (payload === undefined) throw new Error(`templates: none for level ${level}; render the device again`)
    const known = parsedOf.get(payload)
    if (known) return known
    const template = parse(payload.toString('utf8'))
    parsedOf.set(payload, template)
    return template
  }

  return {
    protocol: 'ocpp',
    declare: () => declaration,
    render(attributes, levels) {
      const traits = traitsOf(attributes)
      return 'fault' in traits ? traits : render(traits, levels, attributes.minimumW)
    },
    fill(timeline: readonly Segment[], templates) {
      const release = templateOf(templates, RELEASE)
      const parts = timeline.map(({ startMs, endMs, limitW, level }) => ({
        startMs,
        endMs,
        limitW,
        template: templateOf(templates, level),
      }))
      const first = fillTimeline(parts, release)
      const version = release.version ?? '1.6'
      return encodeWireCommand({ version, ...callOf(first), later: laterCalls(parts, first, release) })
    },
  }
}
