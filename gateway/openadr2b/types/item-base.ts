/** Units of signals and reports: emix:itemBase and the elements that stand for it (oadr_power_20b.xsd, oadr_20b.xsd). */

/** Every unit element with the prefix it is written with. */
export const itemBasePrefixes = {
  energyApparent: 'power',
  energyReactive: 'power',
  energyReal: 'power',
  powerApparent: 'power',
  powerReactive: 'power',
  powerReal: 'power',
  voltage: 'power',
  customUnit: 'oadr',
  current: 'oadr',
  currency: 'oadr',
  currencyPerKWh: 'oadr',
  currencyPerKW: 'oadr',
  currencyPerThm: 'oadr',
  frequency: 'oadr',
  Therm: 'oadr',
  temperature: 'oadr',
  pulseCount: 'oadr',
} as const

export type ItemBaseName = keyof typeof itemBasePrefixes

/** Powers of ten by siScaleCode (oadr_siscale_20b.xsd). */
export const siScaleExponents = { p: -12, n: -9, micro: -6, m: -3, c: -2, d: -1, none: 0, k: 3, M: 6, G: 9, T: 12 } as const

export type SiScaleCode = keyof typeof siScaleExponents

export type PowerAttributes = { hertz: number; voltage: number; ac: boolean }

export type ItemBase = {
  name: ItemBaseName
  itemDescription: string
  itemUnits: string
  /** Absent only for pulseCount. */
  siScaleCode?: SiScaleCode | undefined
  /** Only for pulseCount: units per pulse. */
  pulseFactor?: number | undefined
  /** Only for the powers, where the schema demands it. */
  powerAttributes?: PowerAttributes | undefined
}

/** Real energy in Wh times the scale. */
export const energyReal = (siScaleCode: SiScaleCode = 'none'): ItemBase => ({
  name: 'energyReal',
  itemDescription: 'RealEnergy',
  itemUnits: 'Wh',
  siScaleCode,
})

/** Real power in W times the scale, on a supply with these attributes. */
export const powerReal = (powerAttributes: PowerAttributes, siScaleCode: SiScaleCode = 'none'): ItemBase => ({
  name: 'powerReal',
  itemDescription: 'RealPower',
  itemUnits: 'W',
  siScaleCode,
  powerAttributes,
})
