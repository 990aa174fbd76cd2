/** Writes the EiOpt messages of a VEN. */

import type { OadrCancelOpt, OadrCreateOpt } from '../types/opt.ts'
import { type Children, dateTime, dtstart, durationProp, element, optional, value, type Xml } from '../xml/write.ts'
import { qualifiedEventID } from './event.ts'
import { eiTarget } from './target.ts'

export const oadrCreateOpt = (message: OadrCreateOpt): Children[] => [
  value('ei:optID', message.optID),
  value('ei:optType', message.optType),
  value('ei:optReason', message.optReason),
  optional('emix:marketContext', message.marketContext),
  value('ei:venID', message.venID),
  message.vavailability && element('xcal:vavailability', element('xcal:components', ...message.vavailability.map(available))),
  dateTime('ei:createdDateTime', message.createdDateTimeMs),
  value('pyld:requestID', message.requestID),
  message.qualifiedEventID && qualifiedEventID(message.qualifiedEventID),
  eiTarget('ei:eiTarget', message.targets),
  message.deviceClass && eiTarget('oadr:oadrDeviceClass', message.deviceClass),
]

export const oadrCancelOpt = (message: OadrCancelOpt): Children[] => [
  value('pyld:requestID', message.requestID),
  value('ei:optID', message.optID),
  value('ei:venID', message.venID),
]

const available = (period: { startMs: number; durationS: number }): Xml =>
  element('xcal:available', element('xcal:properties', dtstart(period.startMs), durationProp('xcal:duration', period.durationS)))
