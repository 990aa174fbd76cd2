/** The shared timer: nothing early, nothing lost, nothing cancelled that runs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWheel } from '../../../../connectors/ocpp/wire/wheel.ts'

describe('createWheel', () => {
  it('property: each action runs once, at the first advance at or after its time, unless cancelled', () => {
    const action = fc.record({ delayMs: fc.integer({ min: 0, max: 5_000 }), cancelled: fc.boolean() })
    fc.assert(
      fc.property(fc.array(action), fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }), (actions, steps) => {
        let nowMs = 1_000
        const wheel = createWheel({ nowMs: () => nowMs, tickMs: 50 })
        const ran = actions.map(() => [] as number[])
        const cancels = actions.map(({ delayMs }, index) => wheel.after(delayMs, () => ran[index]?.push(nowMs)))
        for (const [index, { cancelled }] of actions.entries()) if (cancelled) cancels[index]?.()
        for (const step of [...steps, 10_000]) {
          nowMs += step
          wheel.advance()
        }
        actions.forEach(({ delayMs, cancelled }, index) => {
          expect(ran[index]).toHaveLength(cancelled ? 0 : 1)
          if (!cancelled) expect(ran[index]?.[0]).toBeGreaterThanOrEqual(1_000 + delayMs)
        })
        expect(wheel.size()).toBe(0)
      }),
    )
  })

  it('runs an action that another one adds for later', () => {
    let nowMs = 0
    const wheel = createWheel({ nowMs: () => nowMs })
    const ran: string[] = []
    wheel.after(100, () => {
      ran.push('first')
      wheel.after(100, () => ran.push('second'))
    })
    for (nowMs of [100, 150, 200]) wheel.advance()
    expect(ran).toEqual(['first', 'second'])
  })
})
