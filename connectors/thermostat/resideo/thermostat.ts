/** A thermostat as Resideo shows it, and the settings that stand for it on our log. */
import { z } from 'zod'

export const thermostatSchema = z.object({
  isAlive: z.boolean().default(true),
  units: z.enum(['Fahrenheit', 'Celsius']),
  changeableValues: z.object({
    mode: z.enum(['Heat', 'Cool', 'Auto', 'Off', 'EmergencyHeat']),
    heatSetpoint: z.number(),
    coolSetpoint: z.number(),
    thermostatSetpointStatus: z.enum(['NoHold', 'TemporaryHold', 'HoldUntil', 'PermanentHold', 'VacationHold']),
    nextPeriodTime: z.string().max(32).optional(),
  }),
})
export type Thermostat = z.infer<typeof thermostatSchema>

/** What is found, and what is put back. */
const setting = z.object({ units: thermostatSchema.shape.units, ...thermostatSchema.shape.changeableValues.shape })
export type Setting = z.infer<typeof setting>

/** Of a part: what was found before the first of them, and what this one sets. */
const handle = z.object({ found: setting, heat: z.number(), cool: z.number() })
export type Handle = z.infer<typeof handle>

export const settingText = ({ units, changeableValues }: Thermostat): string => JSON.stringify({ units, ...changeableValues })
export const readSetting = (text: string): Setting => setting.parse(JSON.parse(text))
export const handleText = (value: Handle): string => JSON.stringify(value)
export const readHandle = (text: string): Handle => handle.parse(JSON.parse(text))
