/** Makes quantities of Enphase's intervals: epoch seconds at the END of each; intervals without a report are left out by the vendor. */
import { z } from 'zod'
import type { BlockReading, Decoded } from '../../../processors/normalizer/decoded.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { blocksOf, type Stated } from '../../cloud/blocks.ts'
import { type EnphaseStream, streamOfKind } from './telemetry.ts'

const energy = z.number().nullable()
const intervals = <T extends z.ZodType>(more: T) => z.object({ intervals: z.array(more).max(10_000) })
const meter = intervals(z.object({ end_at: z.int(), wh_del: energy }))
const micro = intervals(z.object({ end_at: z.int(), enwh: energy }))
const battery = intervals(z.object({ end_at: z.int(), charge: z.object({ enwh: energy }), discharge: z.object({ enwh: energy }) }))

const QUARTER_MS = 900_000
const FIVE_MINUTES_MS = 300_000

interface Values {
  readonly channel: BlockReading['channel']
  readonly stepMs: number
  readonly values: readonly { readonly end_at: number; readonly wh: number | null }[]
}

export function decodeEnphase(raw: RawTelemetry): Decoded {
  const stream = streamOfKind(raw.kind)
  if (!stream) throw new Error(`kind ${raw.kind} is none of Enphase`)
  const { receivedMs } = raw
  const readings = valuesOf(stream, JSON.parse(raw.body.toString('utf8'))).flatMap(({ channel, stepMs, values }) => {
    const stated = values.map(({ end_at, wh }): Stated => ({ startMs: end_at * 1000 - stepMs, energyWh: wh }))
    return blocksOf(stated, { channel, stepMs, code: '', path: `${stream}.intervals`, quality: 'measured', receivedMs })
  })
  return { readings, faults: [] }
}

function valuesOf(stream: EnphaseStream, json: unknown): readonly Values[] {
  switch (stream) {
    case 'production_meter': {
      const values = meter.parse(json).intervals.map(({ end_at, wh_del: wh }) => ({ end_at, wh }))
      return [{ channel: 'generation', stepMs: QUARTER_MS, values }]
    }
    case 'production_micro': {
      const values = micro.parse(json).intervals.map(({ end_at, enwh: wh }) => ({ end_at, wh }))
      return [{ channel: 'generation', stepMs: FIVE_MINUTES_MS, values }]
    }
    case 'battery': {
      const { intervals: all } = battery.parse(json)
      return [
        { channel: 'import', stepMs: QUARTER_MS, values: all.map(({ end_at, charge }) => ({ end_at, wh: charge.enwh })) },
        { channel: 'export', stepMs: QUARTER_MS, values: all.map(({ end_at, discharge }) => ({ end_at, wh: discharge.enwh })) },
      ]
    }
  }
}
