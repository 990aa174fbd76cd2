/** DERPrograms and their DERControls as documents. */

import type { ProgramView } from '../clients/device-view.ts'
import { ACTIVE, isListed, mRIDOf, type ShownControl, statusAt } from '../controls/shown.ts'
import type { Control } from '../limit.ts'
import type { Fields } from '../xml/write.ts'
import { hrefs } from './hrefs.ts'
import type { Member } from './page.ts'

/** The client says that it received it, and what it did (sep.xsd, responseRequired, bits 0 and 1). */
const RESPONSE_REQUIRED = '03'
const words = (text: string): string => text.slice(0, 32)

export function baseFields(base: Control | null): Fields {
  if (!base) return {}
  if ('hundredths' in base) return { [base.control]: base.hundredths }
  return { [base.control]: { multiplier: base.multiplier, value: base.value } }
}

/** Times are not randomised here: the planner spreads the devices of a program, each by its own seconds. */
export function controlFields(deviceId: string, control: ShownControl, nowS: number): Fields {
  const { mRID, programId, eventId, startS, endS, base, createdS } = control
  const { status, sinceS } = statusAt(control, nowS)
  return {
    '@href': hrefs.control(deviceId, programId, mRID),
    '@replyTo': hrefs.responses(deviceId),
    '@responseRequired': RESPONSE_REQUIRED,
    mRID,
    description: words(eventId),
    creationTime: createdS,
    EventStatus: { currentStatus: status, dateTime: sinceS, potentiallySuperseded: false },
    interval: { duration: endS - startS, start: startS },
    DERControlBase: baseFields(base),
  }
}

/** Those of a program that the list still shows, by start, then the latest made. */
export function listedControls(controls: readonly ShownControl[], programId: string, nowS: number): readonly ShownControl[] {
  return controls
    .filter((control) => control.programId === programId && isListed(control, nowS))
    .sort((a, b) => a.startS - b.startS || b.createdS - a.createdS || (a.mRID < b.mRID ? 1 : -1))
}

export const isActive = (control: ShownControl, nowS: number): boolean => statusAt(control, nowS).status === ACTIVE

export const controlMembers = (deviceId: string, controls: readonly ShownControl[], nowS: number): readonly Member[] =>
  controls.map((control) => ({ fields: controlFields(deviceId, control, nowS), timeS: control.startS }))

export function programFields(
  deviceId: string,
  { programId, title, primacy }: ProgramView,
  controls: readonly ShownControl[],
  nowS: number,
): Fields {
  const listed = listedControls(controls, programId, nowS)
  return {
    '@href': hrefs.program(deviceId, programId),
    '@subscribable': 1,
    mRID: mRIDOf('program', deviceId, programId),
    description: words(title),
    ActiveDERControlListLink: {
      '@href': hrefs.activeControls(deviceId, programId),
      '@all': listed.filter((control) => isActive(control, nowS)).length,
    },
    DefaultDERControlLink: { '@href': hrefs.defaultControl(deviceId, programId) },
    DERControlListLink: { '@href': hrefs.controls(deviceId, programId), '@all': listed.length },
    primacy,
  }
}

export const defaultControlFields = (deviceId: string, { programId, base }: ProgramView): Fields => ({
  '@href': hrefs.defaultControl(deviceId, programId),
  '@subscribable': 1,
  mRID: mRIDOf('default', deviceId, programId),
  description: 'between events',
  DERControlBase: baseFields(base),
})
