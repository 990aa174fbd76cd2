/** What a client puts of its DER: capability, settings, status and availability (sep.xsd; CSIP-AUS 1.2 adds one element to two of them). */
import { z } from 'zod'
import { hex, hexOf, int8, int16, maybe, sequence, time, uint8, uint16, uint32, words } from './primitives.ts'

const signed = { multiplier: int8, value: int16 }
const unsigned = { multiplier: int8, value: uint16 }
const powerFactor = { displacement: uint16, multiplier: int8 }
const timed = <T extends z.ZodType>(value: T) => maybe({ dateTime: time, value })
/** 0 - export, 1 - import, 2 - generation, 3 - load. */
const doeModes = hex(1).optional()

export const derCapability = sequence({
  modesSupported: hex(4),
  rtgAbnormalCategory: uint8.optional(),
  rtgMaxA: maybe(unsigned),
  rtgMaxAh: maybe(unsigned),
  rtgMaxChargeRateVA: maybe(unsigned),
  rtgMaxChargeRateW: maybe(signed),
  rtgMaxDischargeRateVA: maybe(unsigned),
  rtgMaxDischargeRateW: maybe(signed),
  rtgMaxV: maybe(unsigned),
  rtgMaxVA: maybe(unsigned),
  rtgMaxVar: maybe(signed),
  rtgMaxVarNeg: maybe(signed),
  rtgMaxW: z.strictObject(signed),
  rtgMaxWh: maybe(unsigned),
  rtgMinPFOverExcited: maybe(powerFactor),
  rtgMinPFUnderExcited: maybe(powerFactor),
  rtgMinV: maybe(unsigned),
  rtgNormalCategory: uint8.optional(),
  rtgOverExcitedPF: maybe(powerFactor),
  rtgOverExcitedW: maybe(signed),
  rtgReactiveSusceptance: maybe(unsigned),
  rtgUnderExcitedPF: maybe(powerFactor),
  rtgUnderExcitedW: maybe(signed),
  rtgVNom: maybe(unsigned),
  type: uint8,
  'csipaus:doeModesSupported': doeModes,
})

export const derSettings = sequence({
  modesEnabled: hex(4).optional(),
  setESDelay: uint32.optional(),
  setESHighFreq: uint16.optional(),
  setESHighVolt: int16.optional(),
  setESLowFreq: uint16.optional(),
  setESLowVolt: int16.optional(),
  setESRampTms: uint32.optional(),
  setESRandomDelay: uint32.optional(),
  setGradW: uint16,
  setMaxA: maybe(unsigned),
  setMaxAh: maybe(unsigned),
  setMaxChargeRateVA: maybe(unsigned),
  setMaxChargeRateW: maybe(signed),
  setMaxDischargeRateVA: maybe(unsigned),
  setMaxDischargeRateW: maybe(signed),
  setMaxV: maybe(unsigned),
  setMaxVA: maybe(unsigned),
  setMaxVar: maybe(signed),
  setMaxVarNeg: maybe(signed),
  setMaxW: z.strictObject(signed),
  setMaxWh: maybe(unsigned),
  setMinPFOverExcited: maybe(powerFactor),
  setMinPFUnderExcited: maybe(powerFactor),
  setMinV: maybe(unsigned),
  setSoftGradW: uint16.optional(),
  setVNom: maybe(unsigned),
  setVRef: maybe(unsigned),
  setVRefOfs: maybe(unsigned),
  updatedTime: time,
  'csipaus:doeModesEnabled': doeModes,
})

export const derStatus = sequence({
  alarmStatus: hex(4).optional(),
  genConnectStatus: timed(hexOf(1)),
  inverterStatus: timed(uint8),
  localControlModeStatus: timed(uint8),
  manufacturerStatus: timed(words(6)),
  operationalModeStatus: timed(uint8),
  readingTime: time,
  /** Hundredths of a percent. */
  stateOfChargeStatus: timed(uint16.refine((value) => value <= 10_000, 'is more than 100 %')),
  storageModeStatus: timed(uint8),
  storConnectStatus: timed(hexOf(1)),
})

export const derAvailability = sequence({
  availabilityDuration: uint32.optional(),
  maxChargeDuration: uint32.optional(),
  readingTime: time,
  reserveChargePercent: uint16.optional(),
  reservePercent: uint16.optional(),
  statVarAvail: maybe(signed),
  statWAvail: maybe(signed),
})
