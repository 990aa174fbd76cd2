/** Which measurands and units (OCPP 1.6 §7.31, §7.45; 2.0.1 MeasurandEnumType) become readings, and in what scale. */

export type Channel = 'import' | 'export' | 'soc'
export type Quantity = 'registerWh' | 'intervalWh' | 'powerW' | 'socPercent'
export type Measurand = { channel: Channel; quantity: Quantity }

/** Import is grid → vehicle, export vehicle → grid; both unsigned. */
export const MEASURANDS: Readonly<Record<string, Measurand>> = {
  'Energy.Active.Import.Register': { channel: 'import', quantity: 'registerWh' },
  'Energy.Active.Export.Register': { channel: 'export', quantity: 'registerWh' },
  'Energy.Active.Import.Interval': { channel: 'import', quantity: 'intervalWh' },
  'Energy.Active.Export.Interval': { channel: 'export', quantity: 'intervalWh' },
  'Power.Active.Import': { channel: 'import', quantity: 'powerW' },
  'Power.Active.Export': { channel: 'export', quantity: 'powerW' },
  SoC: { channel: 'soc', quantity: 'socPercent' },
}

/** In the standard, but of no use for energy: skipped without complaint. */
export const UNUSED_MEASURANDS: ReadonlySet<string> = new Set([
  'Current.Export',
  'Current.Import',
  'Current.Offered',
  'Energy.Active.Net',
  'Energy.Apparent.Export',
  'Energy.Apparent.Import',
  'Energy.Apparent.Net',
  'Energy.Reactive.Export.Interval',
  'Energy.Reactive.Export.Register',
  'Energy.Reactive.Import.Interval',
  'Energy.Reactive.Import.Register',
  'Energy.Reactive.Net',
  'Frequency',
  'Power.Factor',
  'Power.Offered',
  'Power.Reactive.Export',
  'Power.Reactive.Import',
  'RPM',
  'Temperature',
  'Voltage',
])

export const DEFAULT_MEASURAND = 'Energy.Active.Import.Register'

/** Units of each quantity with their factor to its base unit; the first is what an absent unit means. */
const UNITS: Readonly<Record<Quantity, Readonly<Record<string, bigint>>>> = {
  registerWh: { Wh: 1n, kWh: 1000n },
  intervalWh: { Wh: 1n, kWh: 1000n },
  powerW: { W: 1n, kW: 1000n },
  socPercent: { Percent: 1n },
}

const DEFAULT_UNITS: Readonly<Record<Quantity, string>> = { registerWh: 'Wh', intervalWh: 'Wh', powerW: 'W', socPercent: 'Percent' }

/** Unit as sent, or the default, with its factor; undefined where the unit does not belong to the quantity. */
export function unitOf(quantity: Quantity, unit: string | undefined): { unit: string; factor: bigint } | undefined {
  const name = unit ?? DEFAULT_UNITS[quantity]
  const units = UNITS[quantity]
  const factor = Object.hasOwn(units, name) ? units[name] : undefined
  return factor === undefined ? undefined : { unit: name, factor }
}
