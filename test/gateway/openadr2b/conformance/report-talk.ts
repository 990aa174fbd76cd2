/** What a conversation about reports asks, and what of it Drover has taken note of. */
import { expect } from 'vitest'
import { utilitySessions } from '../../../../topics/catalogue.ts'
import { child, type Parsed, text, texts } from '../../../vtn/xml.ts'
import { eventually, type Rig } from '../ven/rig.ts'

export const usage = ['summer-shed/usage']

export const code = (body: Parsed | undefined) => text(child(body ?? {}, 'eiResponse'), 'responseCode')
export const pending = (body: Parsed | undefined) => texts(child(body ?? {}, 'oadrPendingReports'), 'reportRequestID')

export function reportTalk(rig: () => Rig) {
  const venID = () => rig().vtn.registrations()[0]?.venID ?? ''
  const facts = () =>
    rig()
      .log.read(utilitySessions)
      .flatMap(({ value }) => (value?.report ? [value] : []))
  return {
    venID,
    /** Requests for reports on the log, and their ends. */
    facts,
    ask: (change: Partial<Parameters<Rig['vtn']['requestReport']>[0]> = {}) =>
      rig().vtn.requestReport({
        venID: venID(),
        reportSpecifierID: 'telemetry-usage',
        rIDs: usage,
        granularityS: 60,
        reportBackDurationS: 120,
        ...change,
      }),
    /** Waits until the request is on the log. */
    async taken(requestId: string) {
      await eventually(() => expect(facts().map(({ report }) => report?.reportRequestId)).toContain(requestId))
      return facts().find(({ report }) => report?.reportRequestId === requestId)?.report
    },
  }
}
