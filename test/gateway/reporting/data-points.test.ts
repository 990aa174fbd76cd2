/** Every data point has a name of its own, and is found again by it. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dataPointOf, reportKinds, rIdOf } from '../../../gateway/reporting/data-points.ts'

const id = fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom('feeder/7', 'a%2Fb', 'resource=x', '/', 'ü'))
const programId = fc.oneof(fc.constantFrom('summer-shed', 'a/b'), fc.stringMatching(/^[a-z][a-z0-9/-]*$/))

it('is found again by its rID, whatever its resource is called', () => {
  fc.assert(
    fc.property(programId, fc.option(id), fc.constantFrom(...reportKinds), (programId, resourceId, kind) => {
      for (const measure of kind.measures) {
        const point = { programId, resourceId, measure }
        expect(dataPointOf(kind, rIdOf(point))).toEqual(point)
      }
    }),
  )
})

it('is none of ours where the rID is of another form', () => {
  const [usage] = reportKinds
  for (const rId of ['summer-shed', 'summer-shed/baseline', 'summer-shed/resource=%E0%A4%A/usage'])
    expect(usage && dataPointOf(usage, rId)).toBeUndefined()
})
