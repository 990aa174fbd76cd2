/** Rows that reports are made of, an event that asks for some, and what the VTN was given. */
import type { ResultSums } from '../../../../gateway/reporting/source.ts'
import { HOUR_MS, iso, type Rig, type Rows } from '../rig.ts'

/** 100 Wh in every step, and results of 40 Wh less than the baseline. */
export const rows = (results: () => Partial<ResultSums> = () => ({})): Rows => ({
  async intervalSums({ fromMs, toMs, stepS }) {
    const count = (toMs - fromMs) / (stepS * 1000)
    return Array.from({ length: count }, (_, n) => ({ startMs: fromMs + n * stepS * 1000, energyWh: 100, quality: 'measured', devices: 3 }))
  },
  async resultSums() {
    return { stepS: 900, units: 3, unitsWithBaseline: 3, steps: [], ...results() }
  },
})

/** Intervals that have ended: two of half an hour, an hour ago. */
export const past = (rig: Rig, descriptors: readonly object[], change: object = {}) => {
  const startMs = Math.floor((rig.clock.nowMs() - HOUR_MS) / HOUR_MS) * HOUR_MS
  return rig.postEvent({
    intervalPeriod: { start: iso(startMs), duration: 'PT30M' },
    intervals: [4, 5].map((id) => ({ id, payloads: [{ type: 'SIMPLE', values: [1] }] })),
    reportDescriptors: descriptors,
    ...change,
  })
}
export const quick = { terms: { graceS: 0, noticeS: 0, minDurationS: 60, minUsefulS: 0 } }

export interface Report {
  readonly reportName: string
  readonly resources: readonly {
    resourceName: string
    intervals: readonly { id: number; payloads: readonly { type: string; values: unknown[] }[] }[]
  }[]
}
export const reportsOf = (rig: Rig) => rig.vtn.objects.all('reports') as unknown as readonly Report[]
export const valuesOf = (report: Report | undefined, type: string) =>
  report?.resources[0]?.intervals.map(({ id, payloads }) => [id, payloads.find((payload) => payload.type === type)?.values[0]])
