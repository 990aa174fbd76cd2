/** Every refusal of the interpreter has the response code of its field. */
import { expect, it } from 'vitest'
import { responseCodeOf } from '../../../../gateway/openadr2b/ven/response-code.ts'
import type { EventClaim } from '../../../../processors/interpreter/claim.ts'
import { resolveClaim } from '../../../../processors/interpreter/resolve.ts'
import { aProgram } from '../../../build/terms.ts'

const marketContext = 'http://utility.example/summer-shed'
const claim: EventClaim = {
  theirEventId: 'E',
  program: { marketContext },
  modificationNumber: 0,
  cancelled: false,
  intervals: [{ startMs: 0, endMs: 3_600_000, level: '2', valueW: null }],
  openEnded: false,
  targets: [],
  test: false,
  priority: 0,
  randomizeStartS: 0,
  targetW: null,
  fault: null,
}
const [version] = aProgram().versions
const withdrawn = { programId: 'summer-shed', versions: version ? [{ ...version, withdrawn: true }] : [] }

it.each([
  ['453', { program: { marketContext: 'http://nobody.example' } }],
  ['460', { intervals: [{ startMs: 0, endMs: 1, level: 'PRICE', valueW: null }] }],
  ['454', { intervals: [] }],
  ['454', { intervals: [{ startMs: 1, endMs: 1, level: '2', valueW: null }] }],
  ['452', { targets: [{ kind: 'ven', ids: ['another'] }] }],
  ['452', { targets: [{ kind: 'resource', ids: [] }] }],
  ['460', { fault: 'eiEventSignals: there is none' }],
  ['454', { fault: 'eiEventSignal s-1: interval 0 does not end after it starts' }],
  ['452', { fault: 'eiTarget: pnode "p" is not a kind of target that is supported here' }],
  ['459', { fault: 'something else altogether' }],
] as const)('%s for %j', (code, change) => {
  const found = resolveClaim({ ...claim, ...(change as Partial<EventClaim>) }, [aProgram()], 'vtn-1', 'ven-1')
  expect('refusal' in found ? responseCodeOf(found.refusal) : found).toBe(code)
})

it('453 for a program that is withdrawn', () => {
  const found = resolveClaim(claim, [withdrawn], 'vtn-1', 'ven-1')
  expect('refusal' in found ? responseCodeOf(found.refusal) : found).toBe('453')
})
