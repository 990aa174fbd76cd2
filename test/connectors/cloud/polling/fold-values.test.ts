/** What a day comes to changes with any of its values, and with nothing else. */
import { expect, test } from 'vitest'
import { foldValues } from '../../../../connectors/cloud/polling/fold-values.ts'
import type { BlockReading } from '../../../../processors/normalizer/decoded.ts'

const STEP_MS = 900_000
const DAY_MS = 86_400_000

function block(startMs: number, values: readonly (number | null)[]): BlockReading {
  return {
    ...{ kind: 'block', channel: 'import', register: '', code: '', path: '', startMs, stepMs: STEP_MS },
    values: values.map((value) => value ?? 0),
    qualities: values.map((value) => (value === null ? 'missing' : 'measured')),
  }
}

test('values reach as far as the last that is there', () => {
  expect(foldValues([block(0, [1, null, 3, null])]).reachMs).toBe(3 * STEP_MS)
  expect(foldValues([block(0, [null])])).toEqual({ reachMs: 0, digests: new Map() })
})

test('the same values have the same digest however they are cut into blocks, and missing ones do not count', () => {
  const whole = foldValues([block(0, [1, 2, 3, 4])]).digests
  expect(foldValues([block(2 * STEP_MS, [3, 4]), block(0, [1, 2])]).digests).toEqual(whole)
  expect(foldValues([block(0, [1, 2, 3, 4, null, null])]).digests).toEqual(whole)
})

test('a changed value, another quality and a value more each change the digest of their own day only', () => {
  const days = [block(DAY_MS - STEP_MS, [5]), block(DAY_MS, [1, 2])] as const
  const before = foldValues(days).digests
  const edited: BlockReading = { ...days[1], qualities: ['measured', 'estimated'] }
  for (const after of [block(DAY_MS, [1, 9]), block(DAY_MS, [1, 2, 0]), edited]) {
    const { digests } = foldValues([days[0], after])
    expect(digests.get(0)).toBe(before.get(0))
    expect(digests.get(DAY_MS)).not.toBe(before.get(DAY_MS))
  }
})
