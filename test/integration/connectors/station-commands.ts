/** Commands to the fleet's chargers, rendered as enrollment and dispatch would. */

import { connectors } from '../../../connectors/registry.ts'
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import type { Command } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { hashId, sha256Hex } from '../../../topics/ids.ts'
import { someAttributes } from '../../build/changes.ts'
import type { DeviceTraits } from '../../fleet/traits.ts'

export function attributesOf({ ratedW, standingLimitW, phases, voltageV, units, maxPeriods, ocppVersion }: DeviceTraits): DeviceAttributes {
  return someAttributes({
    ratedW,
    standingLimitW: standingLimitW ?? null,
    minimumW: 0,
    phases,
    voltageV,
    limitUnit: units === 'Current' ? 'A' : 'W',
    extra: { maxPeriods: String(maxPeriods), ocppVersion },
  })
}

/** `limitW` from `startMs` to `endMs`; null = a release. */
export interface Wanted {
  readonly seq: number
  readonly limitW: number | null
  readonly startMs: number
  readonly endMs: number
}

export function createCommands(): (traits: DeviceTraits, wanted: Wanted) => Command {
  const rendered = new Map<string, ReadonlyMap<string, Buffer>>()

  function templatesOf(traits: DeviceTraits): ReadonlyMap<string, Buffer> {
    const attributes = attributesOf(traits)
    const key = JSON.stringify(attributes)
    const known = rendered.get(key)
    if (known) return known
    const templates = connectors.ocpp.renderer.render(attributes, [{ level: '1', limitW: 0 }])
    if ('fault' in templates) throw new Error(templates.fault)
    const byLevel = new Map(templates.map(({ level, payload }) => [level, payload]))
    if (!byLevel.has(RELEASE)) throw new Error('no release template')
    rendered.set(key, byLevel)
    return byLevel
  }

  return (traits, { seq, limitW, startMs, endMs }) => {
    const segments = limitW === null ? [] : [{ startMs, endMs, level: '1', limitW, eventId: 'event', programId: 'program' }]
    const payload = connectors.ocpp.renderer.fill(segments, templatesOf(traits))
    return {
      commandId: hashId(traits.id, seq),
      deviceId: traits.id,
      seq,
      issuedMs: startMs,
      expiresMs: limitW === null ? null : endMs,
      segments,
      test: 'none',
      payload,
      payloadHash: sha256Hex(payload).slice(0, 32),
      calledW: 0,
    }
  }
}
