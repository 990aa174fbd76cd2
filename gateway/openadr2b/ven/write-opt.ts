/** Turns an opt on the log into oadrCreateOpt or oadrCancelOpt. */
import type { UtilityOpt } from '../../../schemas/utility.ts'
import { type OadrCancelOpt, type OadrCreateOpt, type OptReason, optReasons } from '../types/opt.ts'

/** A reason that the standard does not list is told as a private one. */
const reasonOf = (reason: string): OptReason =>
  optReasons.find((listed) => listed === reason) ?? (reason.startsWith('x-') ? (reason as `x-${string}`) : `x-${reason}`)

export function writeOpt(
  opt: UtilityOpt,
  speaker: { readonly venID: string; readonly requestID: string; readonly nowMs: number },
): OadrCreateOpt | OadrCancelOpt {
  const { venID, requestID, nowMs } = speaker
  const { optId, marketContext, theirEventId, modificationNumber, periods, resourceIds } = opt
  if (opt.action === 'cancel') return { type: 'oadrCancelOpt', requestID, optID: optId, venID }
  const availability = periods.map(({ fromMs, untilMs }) => ({ startMs: fromMs, durationS: Math.round((untilMs - fromMs) / 1000) }))
  return {
    type: 'oadrCreateOpt',
    optID: optId,
    optType: opt.opt,
    optReason: reasonOf(opt.reason),
    marketContext: marketContext ?? undefined,
    venID,
    vavailability: theirEventId === null ? availability : undefined,
    createdDateTimeMs: nowMs,
    requestID,
    qualifiedEventID: theirEventId === null ? undefined : { eventID: theirEventId, modificationNumber },
    targets: resourceIds.length > 0 ? resourceIds.map((id) => ({ kind: 'resourceID', id })) : [{ kind: 'venID', id: venID }],
  }
}
