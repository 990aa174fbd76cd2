/** What the terms of a program make of a signal's value. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levelFor } from '../../../processors/interpreter/level-meaning.ts'

const levels = (...names: readonly string[]) => names.map((level, index) => ({ level, limitPermille: 900 - index * 100 }))

describe('a level is found', () => {
  it.each([
    ['by its own name', '2', ['1', '2'], '2'],
    ['by the name of the signal, whatever its type and value', 'LOAD_DISPATCH/setpoint=5000', ['LOAD_DISPATCH'], 'LOAD_DISPATCH'],
    ['by name and type before the name alone', 'P/price=1', ['P', 'P/price'], 'P/price'],
    ['by a value that is equal, before a bound', 'P/price=1', ['P/price>=0.5', 'P/price=1.0'], 'P/price=1.0'],
    ['by a bound before no bound', 'P/price=1', ['P/price', 'P>=0.5'], 'P>=0.5'],
    ['by the strictest of the bounds that hold', 'P/price=1', ['P/price>=0.5', 'P/price>=0.9', 'P/price>=2'], 'P/price>=0.9'],
    [
      'by a bound from above',
      'C/x-loadControlCapacity=0.05',
      ['C/x-loadControlCapacity<=0.5', 'C/x-loadControlCapacity<=0.1'],
      'C/x-loadControlCapacity<=0.1',
    ],
    ['by a negative value', 'T/delta=-3', ['T/delta<=-2'], 'T/delta<=-2'],
    ['by a value in powers of ten', 'T/delta=1e-7', ['T/delta>=0.00000005'], 'T/delta>=0.00000005'],
  ])('%s', (_, asked, named, found) => {
    expect(levelFor(asked, levels(...named))).toBe(found)
  })
})

it.each([
  ['below its bound, a signal asks for nothing', 'P/price=0.1', ['P/price>=0.5'], null],
  ['SIMPLE 0 asks for nothing', '0', ['1'], null],
  ['another type has no meaning', 'P/priceRelative=1', ['P/price>=0.5'], undefined],
  ['another signal has no meaning', 'Q/price=1', ['P/price>=0.5'], undefined],
  ['another value has no meaning where only one is named', 'P/level=3', ['P/level=2'], undefined],
  ['a SIMPLE level has none that is not named', '3', ['1', '2'], undefined],
  ['nonsense has none', 'a/b/c>=x', ['a'], undefined],
])('%s', (_, asked, named, found) => {
  expect(levelFor(asked, levels(...named))).toBe(found)
})

it('whatever is asked, the answer is a level of the terms, null or undefined', () => {
  const name = fc.constantFrom<string>('P', 'P/price', 'P/price>=1', 'P/price<=0', 'P/price=0.5', '2')
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 6 }),
      fc.oneof(
        fc.string(),
        fc.double({ noNaN: true }).map((value) => `P/price=${value}`),
      ),
      (named, asked) => {
        const found = levelFor(asked, levels(...named))
        expect(found === null || found === undefined || named.includes(found)).toBe(true)
      },
    ),
  )
})
