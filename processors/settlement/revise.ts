/** Decides whether an assessment is a new revision of a result, and of which status and reason. */
import type { SettlementResult } from '../../schemas/settlement.ts'
import { WHOLE_PERMILLE } from './energies.ts'

/** The figures of a result, without what tells of the revision itself. */
export type Figures = Omit<SettlementResult, 'revision' | 'status' | 'reason' | 'baselineRevision' | 'intervalOffset' | 'computedMs'>

export interface Revision {
  readonly revision: number
  readonly status: SettlementResult['status']
  readonly reason: SettlementResult['reason']
}

/** Null: the figures are those of the result written last. What was final is restated, what was preliminary stays so. */
export function reviseResult(last: SettlementResult | null, figures: Figures, reason: SettlementResult['reason']): Revision | null {
  if (last === null) return { revision: 1, status: 'preliminary', reason: 'initial' }
  if (isSame(last, figures)) return null
  const status = last.status === 'preliminary' ? 'preliminary' : 'restated'
  return { revision: last.revision + 1, status, reason: isOfData(reason) ? reasonOfData(last, figures, reason) : reason }
}

type Reason = SettlementResult['reason']

const isOfData = (reason: Reason): boolean => reason === 'lateData' || reason === 'edit'

/** In the event, data that was whole before was edited, and what was missing or only estimated came late; of other days the data says it. */
function reasonOfData(last: SettlementResult, figures: Figures, reason: Reason): Reason {
  if (last.devicesLeftOut !== figures.devicesLeftOut) return 'lateData'
  if (isEqual(last.actualWh, figures.actualWh)) return reason
  const wasWhole = last.coveragePermille.every((permille, index) => permille >= WHOLE_PERMILLE && last.qualities[index] !== 'estimated')
  return wasWhole ? 'edit' : 'lateData'
}

function isSame(last: SettlementResult, figures: Figures): boolean {
  return (
    last.startMs === figures.startMs &&
    last.stepS === figures.stepS &&
    last.gapWh === figures.gapWh &&
    last.devicesLeftOut === figures.devicesLeftOut &&
    last.noBaseline === figures.noBaseline &&
    isEqual(last.baselineWh, figures.baselineWh) &&
    isEqual(last.actualWh, figures.actualWh) &&
    isEqual(last.reductionWh, figures.reductionWh) &&
    isEqual(last.qualities, figures.qualities) &&
    isEqual(last.coveragePermille, figures.coveragePermille)
  )
}

function isEqual<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
