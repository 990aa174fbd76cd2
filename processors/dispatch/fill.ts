/** Fills a timeline into the payload that the device's protocol takes. */
import type { Command, Segment } from '../../schemas/dispatch.ts'
import type { DeviceState, Template } from '../../schemas/enrollment.ts'
import { sha256Hex } from '../../topics/ids.ts'
import { type ProtocolRenderer, RELEASE } from './renderer.ts'

export type Filled = Pick<Command, 'payload' | 'payloadHash'>

/** A mode-bound template stands beside those of any mode, as `level/mode`. */
const nameOf = ({ level, mode }: Template): string => (mode === '' ? level : `${level}/${mode}`)

/** Levels of one name differ between programs, so that those of a second program carry its id. */
const levelName = (programId: string, level: string, many: boolean): string => (many ? `${programId}/${level}` : level)

/**
 * The payload of a whole timeline, which may be empty. Templates are handed over by level; when the timeline is of several
 * programs, by `program/level`, and the segments name them so.
 */
export function fillTimeline(device: DeviceState, timeline: readonly Segment[], renderer: ProtocolRenderer): Filled {
  const programs = new Set(timeline.map(({ programId }) => programId))
  const many = programs.size > 1
  const templates = new Map<string, Buffer>()
  for (const template of device.templates) {
    if (template.level === RELEASE) templates.set(nameOf(template), template.payload)
    else if (programs.has(template.programId)) templates.set(levelName(template.programId, nameOf(template), many), template.payload)
  }
  if (!templates.has(RELEASE)) throw new Error(`templates: ${device.deviceId} has none for ${RELEASE}; render its templates again`)
  const named = many ? timeline.map((segment) => ({ ...segment, level: levelName(segment.programId, segment.level, many) })) : timeline
  const payload = renderer.fill(named, templates)
  return { payload, payloadHash: sha256Hex(payload).slice(0, 32) }
}
