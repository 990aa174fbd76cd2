/** The VEN against a VTN of others: the Python package openleadr, which checks every message against the schema itself. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../gateway/openadr2b/fingerprint.ts'
import { createXmlSeal } from '../../../gateway/openadr2b/signature/xml-seal.ts'
import type { VenOptions } from '../../../gateway/openadr2b/ven/start.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import type { UtilityReport } from '../../../schemas/utility.ts'
import { programsChanges, utilityEvents, utilityOpts, utilityReports, utilitySessions } from '../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { aReport, createRig, eventually, HOUR_MS, type Rig } from '../../gateway/openadr2b/ven/rig.ts'
import { createAuthority, opensslMissing } from '../../support/certificates.ts'
import { missing, openleadr } from '../peers.mjs'
import { type OpenleadrOptions, type OpenleadrVtn, startOpenleadr } from './openleadr.ts'

const reason = missing(openleadr)
const vtnId = 'openleadr-vtn'
const marketContext = 'http://utility.example/openleadr'
const venId = 'ven-of-herd'

describe.skipIf(reason !== undefined)(`${openleadr.name}${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let vtn: OpenleadrVtn
  let rig: Rig
  afterEach(async () => {
    await rig?.stop()
    await vtn?.stop()
    expect(vtn?.seen('fault')).toEqual([])
  })

  const meet = async (options: Partial<OpenleadrOptions> = {}) => {
    vtn = await startOpenleadr({ vtnId, ...options })
    rig = await createRig({ clock: realClock })
    await rig.log.writer.append(programsChanges, aProgramChange({ programId: 'olr', terms: someTerms({ vtnId, marketContext }) }))
  }
  const joinVen = (options: Partial<VenOptions> = {}) => rig.join({ vtnId, baseUrl: vtn.url, clock: realClock, pollMs: 100, ...options })
  const joined = async (options: Partial<OpenleadrOptions> = {}) => {
    await meet(options)
    const ven = joinVen()
    await eventually(() => expect(ven.state().stage).toBe('registered'))
    await eventually(() => expect(vtn.seen('offered').length).toBeGreaterThanOrEqual(1))
    return ven
  }
  const startMs = () => Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS
  const post = (id: string, change: object = {}) =>
    vtn.tell({ do: 'event', id, venId, marketContext, startMs: startMs(), durationS: 1800, values: [1, 2], ...change })
  const opts = () => vtn.seen('opt').map(({ eventId, opt }) => `${eventId} ${opt}`)
  const kinds = (id: string) => rig.log.read(utilityEvents).flatMap(({ value }) => (value?.theirEventId === id ? [value.kind] : []))
  const answers = () => rig.log.read(utilitySessions).flatMap(({ value }) => (value?.answer ? [value.answer] : []))
  const polledOn = async (ven: { state(): { said: number } }) => {
    const { said } = ven.state()
    await eventually(() => expect(ven.state().said).toBeGreaterThan(said + 3))
  }

  it('query, registration, offers of reports, sync, poll', async () => {
    const ven = await joined()
    expect(vtn.seen('registered')).toMatchObject([{ venId, pull: true }])
    expect(ven.state().venId).toBe(venId)
    await eventually(() => expect(vtn.seen('offered').map(({ name }) => name)).toContain('METADATA_TELEMETRY_STATUS'))
    expect(vtn.seen('offered')[0]).toMatchObject({ name: 'METADATA_TELEMETRY_USAGE', rIds: ['olr/usage'] })
    await polledOn(ven)
    expect(ven.state().trouble).toEqual({})
  })

  it('an event, its modification and its cancellation, each answered once', async () => {
    const ven = await joined()
    post('e1')
    await eventually(() => expect(opts()).toEqual(['e1 optIn']))
    expect(rig.log.read(utilityEvents)[0]?.value?.intervals.map(({ level }) => level)).toEqual(['1', '2'])
    vtn.tell({ do: 'modify', id: 'e1', venId, value: 3 })
    await eventually(() => expect(opts()).toEqual(['e1 optIn', 'e1 optIn']))
    vtn.tell({ do: 'cancel', id: 'e1', venId })
    await eventually(() => expect(opts()).toEqual(['e1 optIn', 'e1 optIn', 'e1 optIn']))
    await polledOn(ven)
    expect(kinds('e1')).toEqual(['event', 'event', 'cancelled'])
    expect(answers().map(({ modificationNumber, vtnCode }) => [modificationNumber, vtnCode])).toEqual([
      [0, '200'],
      [1, '200'],
      [2, '200'],
    ])
  })

  it('two events in one list, one of them refused: both are answered, and the VTN takes it', async () => {
    await meet()
    const ven = joinVen()
    await eventually(() => expect(ven.state().stage).toBe('registered'))
    post('good')
    post('odd', { marketContext: 'http://nobody.example' })
    await eventually(() => expect([...opts()].sort()).toEqual(['good optIn', 'odd optOut']))
    await eventually(() =>
      expect(
        answers()
          .map(({ theirEventId, responseCode }) => `${theirEventId} ${responseCode}`)
          .sort(),
      ).toEqual(['good 200', 'odd 453']),
    )
  })

  it.each([
    ['ELECTRICITY_PRICE', 'price'],
    ['LOAD_DISPATCH', 'multiplier'],
  ])('%s %s without meaning in the program is refused', async (signal, type) => {
    await joined()
    post('s', { signal, type, values: [0.5] })
    await eventually(() => expect(opts()).toEqual(['s optOut']))
    await eventually(() => expect(answers()[0]?.responseCode).toBe('460'))
  })

  it('a restart in the middle of an event: the same registration, and no second answer', async () => {
    const first = await joined()
    post('running', { startMs: Math.floor(Date.now() / 1000) * 1000 - 60_000 })
    await eventually(() => expect(opts()).toEqual(['running optIn']))
    await first.stop()
    const second = joinVen()
    await eventually(() => expect(second.state().stage).toBe('registered'))
    await polledOn(second)
    expect(vtn.seen('registered').map(({ given }) => given ?? null)).toEqual([null, 'reg-herd'])
    expect(opts()).toEqual(['running optIn'])
    expect(kinds('running')).toEqual(['event'])
  })

  it('a report that the VTN asked for at registration arrives with its values, once', async () => {
    await joined()
    await eventually(() => expect(rig.log.read(utilitySessions).some(({ value }) => value?.kind === 'reportAsked')).toBe(true))
    const asked = rig.log.read(utilitySessions).find(({ value }) => value?.report)?.value?.report
    expect(asked).toMatchObject({ reportSpecifierId: 'telemetry-usage', rIds: ['olr/usage'], granularityS: 900, reportBackS: 900 })
    const point = { rId: 'olr/usage', values: [1200, 900], qualities: ['measured', 'estimated'] as const }
    const report: UtilityReport = aReport({ vtnId, reportRequestId: asked?.reportRequestId ?? '', points: [point] })
    await rig.log.writer.append(utilityReports, report)
    await eventually(() => expect(vtn.seen('values').length + vtn.seen('report').length).toBe(1))
    expect(vtn.seen('values')[0]).toMatchObject({
      rId: 'olr/usage',
      values: [
        [report.startMs, 1200],
        [report.startMs + 900_000, 900],
      ],
    })
    await eventually(() => expect(rig.reportsOnLog('r-1').at(-1)?.status).toBe('accepted'))
  })

  it('oadrCreateReport and oadrCancelReport out of a poll', async () => {
    const ven = await joined({ scripted: true })
    vtn.tell({
      do: 'request',
      id: 'status',
      venId,
      specifierId: 'telemetry-status',
      rIds: ['olr/status'],
      granularityS: 60,
      reportBackS: 60,
    })
    await eventually(() => expect(ven.state().openReportRequests).toContain('status'))
    await eventually(() => expect(vtn.seen('pending').at(-1)?.requestIds).toContain('status'))
    const parts = { devices: 4, online: 4, optedOut: 1, limitPermille: 500 }
    const points = Object.entries(parts).map(([part, value]) => ({
      rId: `olr/status.${part}`,
      values: [value],
      qualities: ['measured' as const],
    }))
    const change = {
      vtnId,
      reportRequestId: 'status',
      reportSpecifierId: 'telemetry-status',
      reportName: 'TELEMETRY_STATUS',
      stepS: 60,
      points,
    }
    await rig.log.writer.append(utilityReports, aReport(change))
    await eventually(() => expect(rig.reportsOnLog('r-1').at(-1)?.status).toBe('accepted'))
    const cancel = { request_id: 'c', report_request_id: 'status', report_to_follow: false, ven_id: venId }
    vtn.tell({ do: 'answer', type: 'oadrCancelReport', payload: cancel })
    await eventually(() => expect(ven.state().openReportRequests).not.toContain('status'))
  })

  it('a VTN that has forgotten us asks for a registration, and gets it', async () => {
    const ven = await joined()
    vtn.tell({ do: 'forget', venId })
    await eventually(() => expect(vtn.seen('registered')).toHaveLength(2))
    await eventually(() => expect(ven.state().stage).toBe('registered'))
    post('after')
    await eventually(() => expect(opts()).toEqual(['after optIn']))
  })

  it('an opt finds no EiOpt (404): recorded as refused, and the talk goes on', async () => {
    const ven = await joined()
    const opt = { optId: 'o', vtnId, action: 'create', opt: 'optOut', reason: 'overrideStatus', marketContext, theirEventId: 'x' } as const
    const rest = { modificationNumber: 0, periods: [], resourceIds: [], status: 'pending', attempt: 0, detail: '' } as const
    await rig.log.writer.append(utilityOpts, { ...opt, ...rest })
    await eventually(() =>
      expect(rig.log.read(utilityOpts).at(-1)?.value).toMatchObject({ status: 'refused', detail: expect.stringContaining('404') }),
    )
    await polledOn(ven)
    expect(ven.state().trouble).toEqual({})
  })

  it.skipIf(opensslMissing !== undefined)(
    `over mutual TLS, with fingerprints, and signed both ways${opensslMissing ? ` (${opensslMissing})` : ''}`,
    async () => {
      const authority = createAuthority()
      const [ours, theirs] = [authority.issue('ven', { rsa: true }), authority.issue('vtn')]
      const folder = mkdtempSync(join(tmpdir(), 'openleadr-'))
      const file = (name: string, content: string) => {
        writeFileSync(join(folder, name), content)
        return join(folder, name)
      }
      try {
        const files = { cert: file('vtn.pem', theirs.cert), key: file('vtn.key', theirs.key), ca: file('ca.pem', authority.cert) }
        await meet({ tls: { ...files, venFingerprint: fingerprintOf(ours.cert) } })
        const fingerprint = fingerprintOf(theirs.cert)
        const ven = joinVen({ tls: { ...ours, ca: authority.cert, fingerprint }, seal: createXmlSeal({ ...ours, fingerprint }) })
        await eventually(() => expect(ven.state().stage).toBe('registered'))
        post('sealed')
        await eventually(() => expect(opts()).toEqual(['sealed optIn']))
        await polledOn(ven)
        expect(ven.state().trouble).toEqual({})
      } finally {
        rmSync(folder, { recursive: true })
        authority.remove()
      }
    },
  )

  it('leaving ends the registration at the VTN', async () => {
    const ven = await joined()
    ven.leave()
    await eventually(() => expect(vtn.seen('left')).toEqual([{ what: 'left', venId }]))
    await eventually(() => expect(ven.state().stage).toBe('left'))
  })
})
