/**
 * Asks a station for the values that it did not send. OCPP has no history: a station can be made to say what its registers show now, and the
 * difference to what they showed before is the energy of the whole gap (1.6 §5.17; 2.0.1 part 2 F06).
 */
import type { Channel } from '../../schemas/common.ts'
import type { Asked } from '../delivery/device-port.ts'
import { call16 } from './v16/dialect.ts'
import { call201 } from './v201/dialect.ts'
import type { CentralCall, OcppVersion } from './wire/dialect.ts'
import type { CallOutcome } from './wire/outcome.ts'

/** Of all connectors at once; undefined where the channel has no register. */
export function triggerMeterValues(version: OcppVersion, channel: Channel): CentralCall | undefined {
  if (channel !== 'import' && channel !== 'export') return undefined
  return version === '1.6'
    ? call16('TriggerMessage', { requestedMessage: 'MeterValues' })
    : call201('TriggerMessage', { requestedMessage: 'MeterValues' })
}

/** `NotImplemented` will be so tomorrow; a refusal or silence may not. */
export function askedOf({ kind }: CallOutcome): Asked {
  if (kind === 'accepted') return 'coming'
  return kind === 'notSupported' ? 'impossible' : 'later'
}
