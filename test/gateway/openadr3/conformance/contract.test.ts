/** Everything that a VEN asks a VTN is allowed by the public document of the revision (openadr3.yaml). */
import { describe, expect, it } from 'vitest'
import { contractMissing, contractOf } from '../../../vtn3/contract.ts'
import { anHour, createRig } from '../rig.ts'

describe.skipIf(contractMissing !== undefined)(
  `requests keep to openadr3.yaml${contractMissing ? ` (skipped: ${contractMissing})` : ''}`,
  () => {
    it.each(['3.0', '3.1'] as const)('in revision %s', async (revision) => {
      const rig = await createRig(revision, { vtn: { credentials: { clientId: 'c', clientSecret: 's' } } })
      rig.postEvent(anHour(rig.clock.nowMs()))
      await rig.polled(rig.join({ credentials: { clientId: 'c', clientSecret: 's', scope: 'read_all' } }))
      expect(rig.kinds()).toHaveLength(1)
      expect(rig.vtn.violations()).toEqual([])
      await rig.stop()
    })

    it('and what they do not allow is seen', () => {
      const check = contractOf('3.1')
      const query = new URLSearchParams({ skip: '0', colour: 'red' })
      expect(check.request({ method: 'GET', path: 'events', query, body: undefined })).toEqual(['GET events: has no parameter colour'])
      expect(check.request({ method: 'POST', path: 'reports', query: new URLSearchParams(), body: { clientName: 'herd' } })).toHaveLength(2)
      expect(check.request({ method: 'PATCH', path: 'events/1', query: new URLSearchParams(), body: {} })).toHaveLength(1)
    })
  },
)
