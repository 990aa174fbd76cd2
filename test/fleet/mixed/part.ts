/** What is asked of any part of a mixed fleet, whatever it speaks. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'

export const KINDS = ['charger', 'der', 'inverter', 'thermostat'] as const
export type Kind = (typeof KINDS)[number]

export interface Part {
  ids(): readonly string[]
  /** As the device is to be registered. */
  attributesOf(id: string): DeviceAttributes
  /** Begins to speak to Drover, where devices speak first. */
  start(): void
  stop(): Promise<void>
  /** Whether Drover is to hear from the device of itself, now and as long as nobody throws it out. */
  speaksFirst(id: string): boolean
  /** How many have been heard by Drover and are connected. */
  connected(): number
  /** Wh from one instant to another by the device's own meter, import less export. */
  meterWh(id: string, startMs: number, endMs: number): number
  /** Wh of `count` intervals in a row, as metered had no event ever limited it. */
  historyIntervalsWh(id: string, startMs: number, stepMs: number, count: number): readonly number[]
  /** Is there, and does as it is told at once. */
  isObedient(id: string): boolean
}
