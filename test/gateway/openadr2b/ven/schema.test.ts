/** Everything that a VEN says in its life, held against the public schema. */
import { expect, it } from 'vitest'
import { utilityReports } from '../../../../topics/catalogue.ts'
import { complaints, schemaMissing } from '../schema.ts'
import { anEvent, aReport, createRig, eventually, HOUR_MS } from './rig.ts'

it.skipIf(schemaMissing !== undefined)(
  `says nothing that is not valid against oadr_20b.xsd${schemaMissing ? ` (${schemaMissing})` : ''}`,
  async () => {
    const rig = await createRig()
    const said = (name: string) => rig.vtn.traffic().some(({ request }) => request.includes(`oadr:${name}`))
    try {
      const ven = await rig.joined()
      const venID = ven.state().venId ?? ''
      const asked = rig.vtn.reportRequests()[0]?.reportRequestID ?? ''
      rig.vtn.postEvent(anEvent('taken', rig.clock.nowMs() + HOUR_MS))
      rig.vtn.postEvent(anEvent('refused & <odd>', rig.clock.nowMs() + HOUR_MS, { marketContext: 'http://nobody.example' }))
      await eventually(() => expect(rig.vtn.createdEvents()).toHaveLength(2))
      await rig.log.writer.append(utilityReports, aReport({ reportRequestId: asked }))
      await eventually(() => expect(rig.vtn.reports()).toHaveLength(1))
      rig.vtn.offerReport(venID, 'prices')
      await eventually(() => expect(said('oadrRegisteredReport')).toBe(true))
      rig.vtn.cancelReport(asked, 'now')
      await eventually(() => expect(said('oadrCanceledReport')).toBe(true))
      rig.vtn.requestReregistration(venID)
      await eventually(() => expect(said('oadrResponse')).toBe(true))
      await eventually(() => expect(ven.state().stage).toBe('registered'))
      rig.vtn.sendRaw(
        Buffer.from(
          (rig.vtn.traffic().findLast(({ response }) => response.includes('oadrDistributeEvent'))?.response ?? '').replaceAll(
            '>vtn-1<',
            '>vtn-2<',
          ),
        ),
      )
      await eventually(() =>
        expect(rig.vtn.traffic().some(({ request }) => request.includes('<ei:responseCode>452<') && request.includes('vtn-2'))).toBe(true),
      )
      rig.vtn.cancelRegistration(venID)
      await eventually(() => expect(said('oadrCanceledPartyRegistration')).toBe(true))
      const documents = [...new Set(rig.vtn.traffic().map(({ request }) => request))]
      expect(complaints(documents).filter((words) => words !== '')).toEqual([])
    } finally {
      await rig.stop()
    }
  },
)
