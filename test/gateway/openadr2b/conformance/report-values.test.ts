/** Conformance, EiReport: the values that are sent, and the end of a request (OpenADR 2.0b; reference rules R). */
import { describe, expect, it } from 'vitest'
import type { UtilityReport } from '../../../../schemas/utility.ts'
import { utilityReports } from '../../../../topics/catalogue.ts'
import { child, text } from '../../../vtn/xml.ts'
import { aReport, eventually } from '../ven/rig.ts'
import { code, pending, reportTalk } from './report-talk.ts'
import { talk } from './talk.ts'

const conversation = talk({ telemetry: null })
const { rig, said } = conversation
const polledOn = conversation.polledOn.bind(conversation)

const { ask, facts, taken } = reportTalk(rig)
const make = (reportRequestId: string, change: Partial<UtilityReport> = {}) =>
  rig().log.writer.append(utilityReports, aReport({ reportRequestId, ...change }))

describe('oadrUpdateReport', () => {
  it('TELEMETRY_USAGE carries start, duration and quality of every interval', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    await make(id)
    await eventually(() => expect(rig().vtn.reports()).toHaveLength(1))
    expect(rig().vtn.reports()[0]).toMatchObject({
      reportName: 'TELEMETRY_USAGE',
      reportRequestID: id,
      reportSpecifierID: 'telemetry-usage',
    })
    expect(
      rig()
        .vtn.reports()[0]
        ?.intervals.map(({ durationS, values }) => [durationS, values[0]]),
    ).toEqual([
      [900, { rID: 'summer-shed/usage', value: 1200, dataQuality: 'Quality Good - Non Specific' }],
      [900, { rID: 'summer-shed/usage', value: 0, dataQuality: 'No Quality - No Value' }],
    ])
  })

  it('TELEMETRY_STATUS carries online, override and the capacity that is left', async () => {
    await rig().joined()
    const id = ask({ reportSpecifierID: 'telemetry-status', rIDs: ['summer-shed/status'] })
    await taken(id)
    const point = (part: string, ...values: number[]) => ({
      rId: `summer-shed/status.${part}`,
      values,
      qualities: values.map(() => 'measured' as const),
    })
    await make(id, {
      reportSpecifierId: 'telemetry-status',
      reportName: 'TELEMETRY_STATUS',
      stepS: 60,
      points: [point('devices', 4, 4), point('online', 3, 1), point('optedOut', 0, 3), point('limitPermille', 1000, 500)],
    })
    await eventually(() => expect(rig().vtn.reports()).toHaveLength(1))
    expect(
      rig()
        .vtn.reports()[0]
        ?.intervals.map(({ values }) => values),
    ).toEqual([
      [{ rID: 'summer-shed/status', online: true, manualOverride: false, dataQuality: 'Quality Good - Non Specific' }],
      [{ rID: 'summer-shed/status', online: false, manualOverride: true, dataQuality: 'Quality Good - Non Specific' }],
    ])
    expect(said('oadrUpdateReport')[0]?.request).toContain('<oadr:oadrCurrent>0.5</oadr:oadrCurrent>')
  })

  it('HISTORY_USAGE carries several data points in one interval', async () => {
    await rig().joined()
    const rIDs = ['summer-shed/usage', 'summer-shed/baseline']
    const id = ask({ reportSpecifierID: 'history-usage', rIDs, reportBackDurationS: 0 })
    await taken(id)
    await make(id, {
      reportSpecifierId: 'history-usage',
      reportName: 'HISTORY_USAGE',
      points: rIDs.map((rId) => ({ rId, values: [5], qualities: ['estimated'] })),
    })
    await eventually(() =>
      expect(
        rig()
          .vtn.reports()[0]
          ?.intervals[0]?.values.map(({ rID }) => rID),
      ).toEqual(rIDs),
    )
  })

  it('a request for one report ends with it', async () => {
    await rig().joined()
    const id = ask({ reportBackDurationS: 0 })
    await taken(id)
    await make(id)
    await eventually(() => expect(facts().at(-1)?.kind).toBe('reportEnded'))
    await make(id, { reportId: 'second' })
    await polledOn()
    expect(rig().vtn.reports()).toHaveLength(1)
  })

  it('a periodic request goes on', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    await make(id)
    await make(id, { reportId: 'second' })
    await eventually(() => expect(rig().vtn.reports()).toHaveLength(2))
    expect(facts().map(({ kind }) => kind)).toEqual(['reportAsked'])
  })

  it('a report that the VTN refuses by 461 is not sent again', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    await make(id, { points: [{ rId: 'nobody/usage', values: [1], qualities: ['measured'] }] })
    await eventually(() =>
      expect(rig().reportsOnLog('r-1').at(-1)).toMatchObject({ status: 'refused', detail: expect.stringContaining('461') }),
    )
    await polledOn()
    expect(said('oadrUpdateReport')).toHaveLength(1)
  })

  it('a report is repeated under the same eiReportID until it is accepted', async () => {
    await rig().joined()
    const id = ask()
    await eventually(() => expect(said('oadrCreatedReport')).toHaveLength(1))
    rig().proxy.misbehave('EiReport', { status: 503, body: '' }, 2)
    await make(id)
    await eventually(() => expect(rig().reportsOnLog('r-1').at(-1)).toMatchObject({ status: 'accepted', attempt: 3 }))
    expect(rig().vtn.reports()).toHaveLength(1)
    expect(text(child(said('oadrUpdateReport')[0]?.body ?? {}, 'oadrReport'), 'eiReportID')).toBe('r-1')
  })
})

describe('oadrCancelReport', () => {
  it('reportToFollow false: answered by oadrCanceledReport, and nothing follows', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    rig().vtn.cancelReport(id, 'now')
    await eventually(() => expect(code(said('oadrCanceledReport')[0]?.body)).toBe('200'))
    expect(pending(said('oadrCanceledReport')[0]?.body)).toEqual([])
    await make(id)
    await polledOn()
    expect(rig().vtn.reports()).toEqual([])
  })

  it('reportToFollow true: one last report, then the request has ended', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    rig().vtn.cancelReport(id, 'after one more report')
    await eventually(() => expect(facts().at(-1)?.kind).toBe('reportEnding'))
    await make(id)
    await eventually(() => expect(facts().at(-1)?.kind).toBe('reportEnded'))
    expect(rig().vtn.reports()).toHaveLength(1)
  })

  it('a cancellation inside oadrUpdatedReport is answered by oadrCanceledReport', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    rig().vtn.cancelReport(id, 'with the next answer')
    await make(id)
    await eventually(() => expect(code(said('oadrCanceledReport')[0]?.body)).toBe('200'))
    expect(facts().at(-1)?.kind).toBe('reportEnded')
  })

  it('452: a request that was never made, while the others stay open', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    const wrong = ask()
    await taken(wrong)
    rig().vtn.cancelReport(wrong, 'now')
    await eventually(() => expect(said('oadrCanceledReport')).toHaveLength(1))
    const message =
      rig()
        .vtn.traffic()
        .find(({ response }) => response.includes('oadrCancelReport'))?.response ?? ''
    rig().vtn.sendRaw(Buffer.from(message.replaceAll(wrong, 'never-asked')))
    await eventually(() => expect(code(said('oadrCanceledReport')[1]?.body)).toBe('452'))
    expect(pending(said('oadrCanceledReport')[1]?.body)).toEqual([id])
  })
})

conversation.heldAgainstSchema()
