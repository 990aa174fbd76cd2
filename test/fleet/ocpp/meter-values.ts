/** A charger's MeterValues, in the dialect its maker chose. */
import type { Meter } from '../meter.ts'
import type { DeviceTraits } from '../traits.ts'

export type Sampling = { context: 'Sample.Clock' | 'Trigger'; timestampMs: number; intervalMs: number; measurands: readonly string[] }

export function meterValues(meter: Meter, { dialect }: DeviceTraits, sampling: Sampling): object {
  const { context, timestampMs, intervalMs, measurands } = sampling
  const registerWh = meter.registerWh(timestampMs)
  const values: Record<string, () => object> = {
    'Energy.Active.Import.Register': () => energy(registerWh, 'Energy.Active.Import.Register', dialect),
    'Energy.Active.Import.Interval': () =>
      energy(Math.max(0, registerWh - meter.registerWh(timestampMs - intervalMs)), 'Energy.Active.Import.Interval', dialect),
    'Power.Active.Import': () => ({ value: String(meter.powerW(timestampMs)), measurand: 'Power.Active.Import', unit: 'W' }),
  }
  const sampledValue = measurands.flatMap((name) => (values[name] === undefined ? [] : [{ ...values[name](), context }]))
  return { connectorId: 1, meterValue: [{ timestamp: new Date(timestampMs).toISOString(), sampledValue }] }
}

function energy(wh: number, measurand: string, dialect: DeviceTraits['dialect']): object {
  if (dialect === 'kWh') return { value: `${Math.floor(wh / 1000)}.${String(wh % 1000).padStart(3, '0')}`, measurand, unit: 'kWh' }
  if (dialect === 'full') return { value: String(wh), measurand, unit: 'Wh', location: 'Outlet' }
  return measurand === 'Energy.Active.Import.Register' ? { value: String(wh) } : { value: String(wh), measurand }
}

/** The same as SampledValueType of OCPP 2.0.1: numbers, and units with a power of ten. */
export function sampledValues201(
  meter: Meter,
  { dialect }: DeviceTraits,
  { context, timestampMs, measurands }: Omit<Sampling, 'context' | 'intervalMs'> & { context: string },
): object[] {
  const values: Record<string, () => object> = {
    'Energy.Active.Import.Register': () => energy201(meter.registerWh(timestampMs), dialect),
    'Power.Active.Import': () => ({ value: meter.powerW(timestampMs), measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W' } }),
  }
  return measurands.flatMap((name) => (values[name] === undefined ? [] : [{ ...values[name](), context }]))
}

function energy201(wh: number, dialect: DeviceTraits['dialect']): object {
  const measurand = 'Energy.Active.Import.Register'
  if (dialect === 'kWh') return { value: wh / 1000, measurand, unitOfMeasure: { unit: 'Wh', multiplier: 3 } }
  return dialect === 'full' ? { value: wh, measurand, location: 'Outlet', unitOfMeasure: { unit: 'Wh', multiplier: 0 } } : { value: wh }
}
