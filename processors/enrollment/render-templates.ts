/** Renders the payload templates of a device for every program it is in, at enrollment and whenever terms or attributes change. */
import type { Protocol } from '../../schemas/common.ts'
import type { DeviceState, Template } from '../../schemas/enrollment.ts'
import type { ProgramVersion } from '../../schemas/programs.ts'
import { sha256Hex } from '../../topics/ids.ts'
import type { LevelLimit, ProtocolRenderer } from '../dispatch/renderer.ts'

export type Renderers = Readonly<Partial<Record<Protocol, ProtocolRenderer>>>

/** Templates of all programs, and what could not be rendered, by program. */
export interface RenderedDevice {
  readonly state: DeviceState
  readonly faults: readonly string[]
}

/** A level's limit in W: the share of the rated power, never above the standing limit. */
export function levelLimits(state: DeviceState, version: ProgramVersion): readonly LevelLimit[] {
  const { direction } = version.terms
  const { ratedW, standingLimitW } = state.attributes
  const most = Math.min(ratedW, standingLimitW ?? ratedW)
  return version.terms.levels.map(({ level, limitPermille }) => ({
    level,
    limitW: Math.min(most, Math.floor((ratedW * limitPermille) / 1000)),
    direction,
  }))
}

function renderProgram(
  state: DeviceState,
  programId: string,
  version: ProgramVersion,
  renderers: Renderers,
): readonly Template[] | { readonly fault: string } {
  const renderer = renderers[state.attributes.protocol]
  if (!renderer) return { fault: `attributes.protocol: no connector speaks ${state.attributes.protocol}` }
  const rendered = renderer.render(state.attributes, levelLimits(state, version))
  if ('fault' in rendered) return rendered
  return rendered.map((template) => ({ programId, ...template, hash: sha256Hex(template.payload).slice(0, 32) }))
}

/** The device with the templates of every program whose terms are known. */
export function renderDevice(
  state: DeviceState,
  versionOf: (programId: string) => ProgramVersion | undefined,
  renderers: Renderers,
): RenderedDevice {
  const faults: string[] = []
  const templates: Template[] = []
  const versions = new Map<string, number>()
  for (const programId of new Set(state.enrollments.map((enrollment) => enrollment.programId))) {
    const version = versionOf(programId)
    const rendered = version ? renderProgram(state, programId, version, renderers) : { fault: `programId: unknown program ${programId}` }
    versions.set(programId, version?.version ?? 0)
    if ('fault' in rendered) faults.push(rendered.fault)
    else templates.push(...rendered)
  }
  const enrollments = state.enrollments.map((known) => ({ ...known, termsVersion: versions.get(known.programId) ?? known.termsVersion }))
  return { state: { ...state, templates, enrollments }, faults }
}
