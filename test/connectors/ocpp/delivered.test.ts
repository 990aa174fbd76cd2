/** Every outcome of a call has one meaning for delivery. */
import { expect, test } from 'vitest'
import { deliveredOf } from '../../../connectors/ocpp/delivered.ts'
import type { CallOutcome } from '../../../connectors/ocpp/wire/outcome.ts'

const answered = { uniqueId: 'u', payload: {}, rawFrame: '[]', elapsedMs: 1 }
const failed = { uniqueId: 'u', description: 'why', rawFrame: '[3,"u",{}]', elapsedMs: 1 }

test.each<[CallOutcome, string, string]>([
  [{ kind: 'accepted', detail: '', status: 'Accepted', ...answered }, 'accepted', 'Accepted'],
  [{ kind: 'accepted', detail: '', status: 'Unknown', ...answered }, 'accepted', 'Unknown'],
  [{ kind: 'rejected', detail: '', status: 'Rejected', ...answered }, 'rejected', 'Rejected'],
  [{ kind: 'notSupported', detail: '', status: 'NotSupported', ...answered }, 'notSupported', 'NotSupported'],
  [{ kind: 'notSupported', code: 'NotImplemented', by: 'station', ...failed }, 'notSupported', 'NotImplemented'],
  [{ kind: 'callError', code: 'InternalError', by: 'station', ...failed }, 'rejected', 'InternalError'],
  [{ kind: 'callError', code: 'PropertyConstraintViolation', by: 'central', ...failed }, 'timedOut', 'PropertyConstraintViolation'],
  [{ kind: 'timeout', uniqueId: 'u', elapsedMs: 30_000 }, 'timedOut', ''],
  [
    { kind: 'late', uniqueId: 'u', elapsedMs: 1, outcome: { kind: 'accepted', detail: '', status: 'Accepted', ...answered } },
    'accepted',
    'Accepted',
  ],
  [{ kind: 'superseded', uniqueId: 'u', by: 'v' }, 'superseded', ''],
  [{ kind: 'disconnected', uniqueId: 'u', sent: true }, 'disconnected', ''],
  [{ kind: 'queueFull', uniqueId: 'u' }, 'disconnected', ''],
])('%j', (outcome, status, code) => {
  expect(deliveredOf(outcome)).toMatchObject({ status, code })
})

test('an answer that cannot be read is kept', () => {
  expect(deliveredOf({ kind: 'callError', code: 'X', by: 'central', ...failed }).detail).toContain('[3,"u",{}]')
})
