/** Says in delivery's words what came of a call to a station. */
import type { Delivered } from '../delivery/device-port.ts'
import type { OcppVersion } from './wire/dialect.ts'
import type { CallOutcome } from './wire/outcome.ts'

const seen = (status: Delivered['status'], code = '', detail = ''): Delivered => ({ status, code, detail, vendorHandle: '' })

const otherVersion = (speaks: OcppVersion): string =>
  `attributes.extra.ocppVersion: the station speaks ${speaks}, and is registered for another version; register "${speaks}"`

/** An answer that we cannot read proves nothing, so it counts as none; it is kept in the detail. */
export function deliveredOf(outcome: CallOutcome): Delivered {
  switch (outcome.kind) {
    case 'accepted':
    case 'rejected':
      return seen(outcome.kind, outcome.status, outcome.detail)
    case 'notSupported':
      return 'status' in outcome
        ? seen('notSupported', outcome.status, outcome.detail)
        : seen('notSupported', outcome.code, outcome.description)
    case 'callError':
      return outcome.by === 'station'
        ? seen('rejected', outcome.code, outcome.description)
        : seen('timedOut', outcome.code, `${outcome.description}: ${outcome.rawFrame}`.slice(0, 1_000))
    case 'timeout':
      return seen('timedOut', '', `no answer in ${Math.round(outcome.elapsedMs / 1000)} s`)
    case 'late':
      return deliveredOf(outcome.outcome)
    case 'superseded':
      return seen('superseded', '', 'a newer command came')
    case 'otherVersion':
      return seen('rejected', 'OtherVersion', otherVersion(outcome.speaks))
    case 'disconnected':
    case 'queueFull':
      return seen('disconnected')
  }
}
