/** The paged ledger against a plain map. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type LedgerPage, type LedgerState, UNTOLD } from '../../../processors/dispatch/ledger.ts'
import { openLedger } from '../../../processors/dispatch/ledger-pages.ts'
import { createFrame } from '../../../processors/runtime/frame.ts'
import { createStore } from '../../../processors/runtime/store.ts'

const states: readonly LedgerState[] = [UNTOLD, { ...UNTOLD, issuedMs: 1 }, { ...UNTOLD, issuedMs: 2 }]
const idOf = (index: number): string => `d-${index}`
const steps = fc.array(
  fc.array(fc.record({ device: fc.integer({ min: 0, max: 600 }), seq: fc.nat(9), state: fc.constantFrom(...states) }), {
    minLength: 80,
    maxLength: 120,
  }),
  { minLength: 4, maxLength: 8 },
)

it('holds what was put, through splits, in any order', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const store = createStore<LedgerPage>(createFrame())
      const plain = new Map<string, number>()
      for (const step of all) {
        const ledger = openLedger(store)
        for (const { device, seq, state } of step) {
          expect(ledger.get(idOf(device))?.seq).toBe(plain.get(idOf(device)))
          ledger.put(idOf(device), { seq, state })
          expect(ledger.get(idOf(device))?.seq).toBe(seq)
          plain.set(idOf(device), seq)
        }
        ledger.close()
      }
      const ledger = openLedger(store)
      for (let device = 0; device <= 600; device++) expect(ledger.get(idOf(device))?.seq).toBe(plain.get(idOf(device)))
      const rows = store.entries().map(([, page]) => page.deviceIds.length)
      expect(rows.reduce((sum, length) => sum + length, 0)).toBe(plain.size)
      expect(Math.max(0, ...rows)).toBeLessThanOrEqual(128)
    }),
    { numRuns: 40 },
  )
})

it('finds its pages again when another task takes over the store', () => {
  const store = createStore<LedgerPage>(createFrame())
  const first = openLedger(store)
  for (let device = 0; device < 400; device++) first.put(idOf(device), { seq: 1, state: UNTOLD })
  first.close()
  const heir = createStore<LedgerPage>(createFrame())
  for (const [key, page] of store.entries()) heir.load(key, page)
  expect(openLedger(heir).get(idOf(321))).toEqual({ seq: 1, state: UNTOLD })
  expect(heir.size).toBeGreaterThan(3)
})

it('writes a state once that devices of a page share', () => {
  const store = createStore<LedgerPage>(createFrame())
  const ledger = openLedger(store)
  for (let device = 0; device < 100; device++) ledger.put(idOf(device), { seq: 1, state: states[device % 2] ?? UNTOLD })
  ledger.close()
  expect(store.entries().map(([, page]) => page.states.length)).toEqual([2])
})
