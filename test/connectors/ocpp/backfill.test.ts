/** What asking a station for missing values comes to. */
import { describe, expect, test } from 'vitest'
import { askedOf, triggerMeterValues } from '../../../connectors/ocpp/backfill.ts'
import type { CallOutcome } from '../../../connectors/ocpp/wire/outcome.ts'

const answered = { uniqueId: 'u', status: '', detail: '', payload: {}, rawFrame: '', elapsedMs: 1 }
const failed = { uniqueId: 'u', code: 'X', description: '', by: 'station', rawFrame: '', elapsedMs: 1 } as const

describe('askedOf', () => {
  const cases: readonly (readonly [CallOutcome, string])[] = [
    [{ kind: 'accepted', ...answered }, 'coming'],
    [{ kind: 'rejected', ...answered }, 'later'],
    [{ kind: 'notSupported', ...answered, status: 'NotImplemented' }, 'impossible'],
    [{ kind: 'notSupported', ...failed }, 'impossible'],
    [{ kind: 'callError', ...failed }, 'later'],
    [{ kind: 'timeout', uniqueId: 'u', elapsedMs: 1 }, 'later'],
    [{ kind: 'disconnected', uniqueId: 'u', sent: true }, 'later'],
    [{ kind: 'queueFull', uniqueId: 'u' }, 'later'],
  ]
  test.each(cases)('of %o is %s', (outcome, asked) => {
    expect(askedOf(outcome)).toBe(asked)
  })
})

describe('triggerMeterValues', () => {
  test('asks all connectors for their registers, in the words of the version', () => {
    for (const version of ['1.6', '2.0.1'] as const)
      expect(triggerMeterValues(version, 'import')).toEqual({
        version,
        action: 'TriggerMessage',
        payloadJson: '{"requestedMessage":"MeterValues"}',
      })
  })

  test.each(['net', 'generation', 'stateOfCharge'] as const)('asks nothing for %s, which has no register', (channel) => {
    expect(triggerMeterValues('1.6', channel)).toBeUndefined()
  })
})
