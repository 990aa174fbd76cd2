/** Makes quantities of SolarEdge's quarter hours: local times of the site without a zone, each the start of its interval, null where there is no value. */
import { z } from 'zod'
import type { Decoded, Fault } from '../../../processors/normalizer/decoded.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { blocksOf } from '../../cloud/blocks.ts'
import { DEFAULT_ZONE } from '../../cloud/device.ts'
import { instantsOf } from '../../cloud/local-time.ts'
import { parameterOf } from '../../cloud/media-type.ts'
import { SITES_ENERGY } from './telemetry.ts'

const STEP_MS = 900_000
const FACTORS = { Wh: 1, kWh: 1_000, MWh: 1_000_000 } as const

const values = z.array(z.object({ date: z.string(), value: z.number().nullable() })).max(10_000)
const unit = z.enum(['Wh', 'kWh', 'MWh'])
const timeUnit = z.literal('QUARTER_OF_AN_HOUR')
const single = z.object({ energy: z.object({ timeUnit, unit, measuredBy: z.string().optional(), values }) })
const bulk = z.object({
  sitesEnergy: z.object({
    timeUnit,
    unit,
    siteEnergyList: z.array(z.object({ energyValues: z.object({ measuredBy: z.string().optional(), values }) })).length(1),
  }),
})

interface Energy {
  readonly unit: z.infer<typeof unit>
  readonly measuredBy?: string | undefined
  readonly values: z.infer<typeof values>
}

/** A time that the local clock never shows is a fault, unless it says nothing. */
export function decodeSolaredge(raw: RawTelemetry): Decoded {
  const { unit: given, measuredBy = '', values: stated } = read(raw)
  const instants = instantsOf(
    stated.map(({ date }) => date),
    parameterOf(raw.contentType, 'zone') ?? DEFAULT_ZONE,
  )
  const faults: Fault[] = []
  const known = stated.flatMap(({ date, value }, index) => {
    const startMs = instants[index]
    if (startMs !== undefined) return [{ startMs, energyWh: value === null ? null : value * FACTORS[given] }]
    if (value !== null) faults.push({ reason: 'invalidValue', path: `values.${index}`, detail: `"${date}" is no time of the site's clock` })
    return []
  })
  const { receivedMs } = raw
  const of = { channel: 'generation', stepMs: STEP_MS, code: measuredBy, path: 'values', quality: 'measured', receivedMs } as const
  return { readings: blocksOf(known, of), faults }
}

function read({ body, kind }: RawTelemetry): Energy {
  const json: unknown = JSON.parse(body.toString('utf8'))
  if (kind !== SITES_ENERGY) return single.parse(json).energy
  const { sitesEnergy } = bulk.parse(json)
  const [site] = sitesEnergy.siteEnergyList
  return { unit: sitesEnergy.unit, values: [], ...site?.energyValues }
}
