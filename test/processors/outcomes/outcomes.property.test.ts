/** Outcomes of any story of commands, acks and time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command, CommandOutcome, DeviceAck } from '../../../schemas/dispatch.ts'
import { dispatchOutcomes } from '../../../topics/catalogue.ts'
import { aCommand } from '../../build/commands.ts'
import { MINUTE_MS, NOON_MS } from '../../build/events.ts'
import type { DriverOptions } from '../../driver/driver.ts'
import { acknowledge, send, start } from './rig.ts'

describe('any story', () => {
  const status = fc.constantFrom<DeviceAck['status']>(
    'attempting',
    'sent',
    'accepted',
    'rejected',
    'timedOut',
    'applied',
    'overridden',
    'superseded',
  )
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('command' as const), device: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('ack' as const), device: fc.integer({ min: 0, max: 3 }), status }),
      fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    ),
    { minLength: 1, maxLength: 30 },
  )

  function play(
    story: readonly (typeof steps extends fc.Arbitrary<readonly (infer S)[]> ? S : never)[],
    options: Partial<DriverOptions> = {},
  ) {
    const driver = start({ ...options, maxRecordsPerTransaction: 2, workBudget: 2 })
    const seqs = new Map<number, number>()
    let nowMs = NOON_MS
    const sent: Command[] = []
    for (const step of story) {
      if (step.kind === 'wait') {
        nowMs += step.minutes * MINUTE_MS
        driver.advanceTo(nowMs, 5 * MINUTE_MS)
        continue
      }
      const seq = (seqs.get(step.device) ?? 0) + (step.kind === 'command' ? 1 : 0)
      seqs.set(step.device, seq)
      const command = aCommand({ deviceId: `d-${step.device}`, seq, issuedMs: nowMs })
      if (step.kind === 'command') {
        sent.push(command)
        send(driver, command, step.device % 2 ? 'ocpp' : 'thermostat')
      } else if (seq > 0) {
        acknowledge(driver, command, step.status)
      }
    }
    driver.advanceTo(nowMs + 600 * MINUTE_MS, 30 * MINUTE_MS)
    return { sent, outcomes: driver.read(dispatchOutcomes).flatMap(({ value }): CommandOutcome[] => (value ? [value] : [])) }
  }

  it('ends with revisions 1 to n of exactly one outcome for every command', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const { sent, outcomes: all } = play(story)
        for (const { commandId } of sent) {
          const own = all.filter((outcome) => outcome.commandId === commandId)
          expect(own.length).toBeGreaterThan(0)
          expect(own.map(({ revision }) => revision)).toEqual(own.map((_, index) => index + 1))
        }
        expect(new Set(all.map(({ commandId }) => commandId)).size).toBe(sent.length)
      }),
      { numRuns: 60 },
    )
  })

  it('comes out the same when processes die anywhere', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1 << 30 }), (story, crashAnywhere) => {
        expect(play(story, { crashAnywhere, compactOnCrash: true })).toEqual(play(story))
      }),
      { numRuns: 25 },
    )
  })
})
