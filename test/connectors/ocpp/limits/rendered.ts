/** A timeline rendered and filled as enrollment and dispatch do it, as the call that the station gets. */

import { fillTimeline, renderTemplate } from '../../../../connectors/ocpp/limits/render.ts'
import type { Segment } from '../../../../connectors/ocpp/limits/schedule.ts'
import { parseTemplate } from '../../../../connectors/ocpp/limits/template.ts'
import type { Traits } from '../../../../connectors/ocpp/limits/traits.ts'
import type { CentralRequest } from '../../../../connectors/ocpp/v16/central-messages.ts'

export type RenderedCall =
  | { action: 'SetChargingProfile'; payload: CentralRequest<'SetChargingProfile'>; coversUntilMs: number; truncated: boolean }
  | { action: 'ClearChargingProfile'; payload: CentralRequest<'ClearChargingProfile'> }

export function renderCall(segments: readonly Segment[], traits: Traits, nowMs: number): RenderedCall {
  const template = parseTemplate(renderTemplate('slot', traits))
  const release = parseTemplate(renderTemplate('release', traits))
  const parts = segments.map((segment) => ({ ...segment, template }))
  const { action, payloadJson, coversUntilMs = Number.MAX_SAFE_INTEGER, truncated } = fillTimeline(parts, release, nowMs)
  const payload = JSON.parse(payloadJson)
  return action === 'ClearChargingProfile' ? { action, payload } : { action, payload, coversUntilMs, truncated }
}
