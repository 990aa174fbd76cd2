/** TransactionEvent and what belongs to charging a vehicle (OCPP 2.0.1 part 2, functional blocks C, E and K) as schemas. */
import { z } from 'zod'
import { ciString, dateTime, integer } from '../wire/primitives.ts'
import { chargingSchedule } from './charging-profile.ts'
import { evse, idToken, meterValue } from './types.ts'

const stoppedReason = z.enum([
  'DeAuthorized',
  'EmergencyStop',
  'EnergyLimitReached',
  'EVDisconnected',
  'GroundFault',
  'ImmediateReset',
  'Local',
  'LocalOutOfCredit',
  'MasterPass',
  'Other',
  'OvercurrentFault',
  'PowerLoss',
  'PowerQuality',
  'Reboot',
  'Remote',
  'SOCLimitReached',
  'StoppedByEV',
  'TimeLimitReached',
  'Timeout',
])

const triggerReason = z.enum([
  'Authorized',
  'CablePluggedIn',
  'ChargingRateChanged',
  'ChargingStateChanged',
  'Deauthorized',
  'EnergyLimitReached',
  'EVCommunicationLost',
  'EVConnectTimeout',
  'MeterValueClock',
  'MeterValuePeriodic',
  'TimeLimitReached',
  'Trigger',
  'UnlockCommand',
  'StopAuthorized',
  'EVDeparted',
  'EVDetected',
  'RemoteStop',
  'RemoteStart',
  'AbnormalCondition',
  'SignedDataReceived',
  'ResetCommand',
])

const transactionInfo = z.object({
  transactionId: ciString(36),
  chargingState: z.enum(['Charging', 'EVConnected', 'SuspendedEV', 'SuspendedEVSE', 'Idle']).optional(),
  timeSpentCharging: integer.optional(),
  stoppedReason: stoppedReason.optional(),
  remoteStartId: integer.optional(),
})

export const transactionEvent = z.object({
  eventType: z.enum(['Ended', 'Started', 'Updated']),
  timestamp: dateTime,
  triggerReason,
  /** Counts up within a transaction, so that what is missing shows. */
  seqNo: integer,
  /** Happened while the station was away, and comes late. */
  offline: z.boolean().optional(),
  numberOfPhasesUsed: integer.optional(),
  cableMaxCurrent: integer.optional(),
  reservationId: integer.optional(),
  transactionInfo,
  evse: evse.optional(),
  idToken: idToken.optional(),
  meterValue: z.array(meterValue).min(1).optional(),
})

const certificateHash = z.object({
  hashAlgorithm: z.enum(['SHA256', 'SHA384', 'SHA512']),
  issuerNameHash: ciString(128),
  issuerKeyHash: ciString(128),
  serialNumber: ciString(40),
  responderURL: ciString(512),
})

export const authorize = z.object({
  idToken,
  certificate: ciString(5500).optional(),
  iso15118CertificateHashData: z.array(certificateHash).min(1).max(4).optional(),
})

const percent = integer.min(0).max(100).optional()

const chargingNeeds = z.object({
  requestedEnergyTransfer: z.enum(['DC', 'AC_single_phase', 'AC_two_phase', 'AC_three_phase']),
  departureTime: dateTime.optional(),
  acChargingParameters: z.object({ energyAmount: integer, evMinCurrent: integer, evMaxCurrent: integer, evMaxVoltage: integer }).optional(),
  dcChargingParameters: z
    .object({
      evMaxCurrent: integer,
      evMaxVoltage: integer,
      energyAmount: integer.optional(),
      evMaxPower: integer.optional(),
      stateOfCharge: percent,
      evEnergyCapacity: integer.optional(),
      fullSoC: percent,
      bulkSoC: percent,
    })
    .optional(),
})

export const notifyEvChargingNeeds = z.object({ evseId: integer, maxScheduleTuples: integer.optional(), chargingNeeds })

export const notifyEvChargingSchedule = z.object({ evseId: integer, timeBase: dateTime, chargingSchedule })
