/** IEEE 2030.5's rendering: one template per level at enrollment, whole timelines as DERControls at dispatch. */
import { type LevelLimit, type ProtocolRenderer, RELEASE, type RenderedTemplate } from '../../processors/dispatch/renderer.ts'
import type { Segment } from '../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import { type Control, controlOf, type LimitTemplate, limitTemplate } from './limit.ts'
import { encodePayload, type PlannedControl } from './payload.ts'
import { POLL_RATE_S, readTraits, type Traits } from './traits.ts'

/** Templates of a fleet are few: one for each kind of device. */
const MAX_KEPT = 10_000

type Kind = Pick<LimitTemplate, 'control'>

/** Which control says a limit to such a device, or why none does. */
function kindOf({ derType, csipAus, limitPoint, lfdi, sfdi }: Traits): Kind | { readonly fault: string } {
  if (lfdi === undefined && sfdi === undefined)
    return { fault: 'attributes.extra.lfdi: is missing; give lfdi, or sfdi where the device registers in band' }
  if (derType === undefined) return { fault: 'attributes.extra.derType: is missing; say battery, inverter or load' }
  if (csipAus && derType === 'inverter') return { control: 'csipaus:opModGenLimW' }
  if (csipAus) return { control: limitPoint === 'site' ? 'csipaus:opModImpLimW' : 'csipaus:opModLoadLimW' }
  if (derType === 'load') return { fault: 'attributes.extra.csipAus: a load takes limits only where it is true' }
  return { control: derType === 'battery' ? 'opModFixedW' : 'opModMaxLimW' }
}

function render(attributes: DeviceAttributes, levels: readonly LevelLimit[]): readonly RenderedTemplate[] | { readonly fault: string } {
  const traits = readTraits(attributes)
  if ('fault' in traits) return traits
  const kind = kindOf(traits)
  if ('fault' in kind) return kind
  const { ratedW, standingLimitW } = attributes
  if (ratedW <= 0) return { fault: 'attributes.ratedW: must be above 0, since controls are shares of it' }
  const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
  const of = (direction: LimitTemplate['direction']): LimitTemplate => ({ ...kind, direction, ratedW, mostW })
  const limits = levels.map(({ level, limitW, direction = 'shed' }) => ({
    level,
    mode: '',
    limitW: Math.min(limitW, mostW),
    payload: Buffer.from(JSON.stringify(of(direction))),
  }))
  const release = Buffer.from(JSON.stringify({ base: standingBase(of('shed'), standingLimitW) }))
  return [...limits, { level: RELEASE, mode: '', limitW: mostW, payload: release }]
}

/** A standing limit is the device's own; where a control can say it, the default between events does not rise above it. */
function standingBase(template: LimitTemplate, standingLimitW: number | null): Control | null {
  return standingLimitW === null || template.control === 'opModFixedW' ? null : controlOf(template, standingLimitW)
}

/**
 * Whole seconds, cut at both ends alike, so that neighbours stay neighbours: a gap of a second drops real clients to their default.
 * What is the same for the same event is one control.
 */
function controlsOf(timeline: readonly Segment[], templateOf: (level: string) => LimitTemplate): readonly PlannedControl[] {
  const controls: PlannedControl[] = []
  for (const { startMs, endMs, level, limitW, programId, eventId } of timeline) {
    const [startS, endS] = [Math.floor(startMs / 1000), Math.floor(endMs / 1000)]
    if (endS <= startS) continue
    const base = controlOf(templateOf(level), limitW)
    const last = controls.at(-1)
    const goesOn = last?.endS === startS && last.eventId === eventId && JSON.stringify(last.base) === JSON.stringify(base)
    if (goesOn) controls[controls.length - 1] = { ...last, endS }
    else controls.push({ programId, eventId, startS, endS, base })
  }
  return controls
}

/** A renderer with its own memory of parsed templates. */
export function createSep2Renderer(): ProtocolRenderer {
  const parsed = new Map<string, LimitTemplate>()

  function parse(text: string): LimitTemplate {
    const known = parsed.get(text)
    if (known) return known
    if (parsed.size >= MAX_KEPT) parsed.clear()
    const template = limitTemplate.parse(JSON.parse(text))
    parsed.set(text, template)
    return template
  }

  return {
    protocol: 'sep2',
    declare(attributes) {
      const traits = readTraits(attributes)
      const pollRateS = 'fault' in traits ? undefined : traits.pollRateS
      // A client that polls has a control within one period, and has answered within another.
      return { reactionTimeS: pollRateS ?? POLL_RATE_S, quota: null, devicesPerCall: 1 }
    },
    render,
    fill(timeline, templates) {
      return encodePayload(
        controlsOf(timeline, (level) => {
          const template = templates.get(level)
          if (!template) throw new Error(`templates: none for level ${level}; render the device again`)
          return parse(template.toString('utf8'))
        }),
      )
    },
  }
}
