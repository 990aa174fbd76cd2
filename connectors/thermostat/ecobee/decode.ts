/** Makes quantities of a runtime report: seconds of running by rated power, modelled; each row stands at the START of its interval. */
import { z } from 'zod'
import type { Decoded, Fault } from '../../../processors/normalizer/decoded.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { blocksOf, type Stated } from '../../cloud/blocks.ts'
import { type Powers, readPowers, runtimeWh } from '../powers.ts'

const STEP_MS = 300_000
const STEP_S = 300

const report = z.object({
  columns: z.string().max(1_000),
  reportList: z.array(z.object({ rowList: z.array(z.string().max(1_000)).max(20_000) })).length(1),
})

const POWER_OF: Readonly<Record<string, keyof Powers>> = { compCool1: 'cool-w', compHeat1: 'heat-w', auxHeat1: 'aux-w' }

/** Rows are `date,time,value,…` with the values in the order of `columns`; an empty value is one that the thermostat did not send. */
export function decodeEcobee(raw: RawTelemetry): Decoded {
  const { columns, reportList } = report.parse(JSON.parse(raw.body.toString('utf8')))
  const powers = readPowers(raw.contentType)
  const wanted = columns.split(',').map((column) => POWER_OF[column.trim()])
  const faults: Fault[] = []
  const stated: Stated[] = []
  const rows = reportList[0]?.rowList ?? []
  rows.forEach((row, index) => {
    const [date = '', time = '', ...cells] = row.split(',')
    const startMs = Date.parse(`${date}T${time}Z`)
    const energyWh = energyOf(cells, wanted, powers)
    if (Number.isNaN(startMs) || startMs % STEP_MS !== 0) faults.push(faultOf(index, `"${date},${time}" starts no interval`))
    else if (energyWh === 'wrong') faults.push(faultOf(index, `"${row}" holds no seconds from 0 to ${STEP_S}`.slice(0, 300)))
    else stated.push({ startMs, energyWh })
  })
  const { receivedMs } = raw
  const of = { channel: 'import', stepMs: STEP_MS, code: 'runtime', path: 'reportList.0.rowList', quality: 'modelled', receivedMs } as const
  return { readings: blocksOf(stated, of), faults }
}

const faultOf = (index: number, detail: string): Fault => ({ reason: 'invalidValue', path: `reportList.0.rowList.${index}`, detail })

/** null: not sent. */
function energyOf(cells: readonly string[], wanted: readonly (keyof Powers | undefined)[], powers: Powers): number | null | 'wrong' {
  let sumWh = 0
  for (const [index, power] of wanted.entries()) {
    if (power === undefined) continue
    const cell = cells[index]?.trim() ?? ''
    if (cell === '') return null
    const seconds = Number(cell)
    if (!(seconds >= 0 && seconds <= STEP_S)) return 'wrong'
    sumWh += runtimeWh(seconds, powers[power])
  }
  return sumWh
}
