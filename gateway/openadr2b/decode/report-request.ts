/** Reads oadrReportRequest: which values the VTN wants, how fine and how often. */

import type { OadrReportRequest } from '../types/report.ts'
import type { Element } from '../xml/parse.ts'
import { dtstartMs, durationPropS, id, maybe, one, some, token, within } from '../xml/read.ts'
import { itemBaseIn } from './item-base.ts'

export const reportRequest = (element: Element): OadrReportRequest => ({
  reportRequestID: one(element, 'reportRequestID', id),
  ...one(element, 'reportSpecifier', reportSpecifier),
})

const reportSpecifier = (element: Element): Omit<OadrReportRequest, 'reportRequestID'> => ({
  reportSpecifierID: one(element, 'reportSpecifierID', id),
  granularityS: one(element, 'granularity', durationPropS),
  reportBackDurationS: one(element, 'reportBackDuration', durationPropS),
  reportInterval: maybe(element, 'reportInterval', within('properties', period)),
  specifierPayloads: some(element, 'specifierPayload', specifierPayload),
})

const period = (element: Element): { startMs: number; durationS: number } => ({
  startMs: one(element, 'dtstart', dtstartMs),
  durationS: one(element, 'duration', durationPropS),
})

const specifierPayload = (element: Element): OadrReportRequest['specifierPayloads'][number] => ({
  rID: one(element, 'rID', id),
  readingType: one(element, 'readingType', token),
  itemBase: itemBaseIn(element),
})
