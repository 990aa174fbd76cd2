/** The ports, stores and questions of settlement, and the context that its parts share. */
import {
  dispatchDecisions,
  dispatchOrders,
  dispatchOutcomes,
  settlementBaselines,
  settlementIntervals,
  settlementNominations,
  settlementResults,
  settlementStatements,
  telemetryGaps,
} from '../../topics/catalogue.ts'
import { type Context, question, store } from '../runtime/define.ts'
import { knownProgram } from '../terms/known-programs.ts'
import type { HistoryAnswer, HistoryQuestion } from './history.ts'
import { knownNomination } from './nominations.ts'
import { dirtyUnit, historyPosition, lostGaps, readyUnit, settledEvent, unitInEvent } from './state.ts'

export const inputs = {
  orders: dispatchOrders,
  decisions: dispatchDecisions,
  outcomes: dispatchOutcomes,
  contributions: settlementIntervals,
  gaps: telemetryGaps,
  nominations: settlementNominations,
}
export const outputs = { baselines: settlementBaselines, results: settlementResults, statements: settlementStatements }
export const stores = {
  programs: store(knownProgram),
  events: store(settledEvent),
  units: store(unitInEvent),
  dirty: store(dirtyUnit),
  ready: store(readyUnit),
  position: store(historyPosition),
  lost: store(lostGaps),
  nominations: store(knownNomination),
}
export const questions = { history: question<HistoryQuestion, HistoryAnswer>() }

export type SettlementContext = Context<typeof outputs, typeof stores, Record<never, never>, typeof questions>

/** The one key of the store `position`. */
export const POSITION = 'position'

/** The last offset of settlement.intervals that was taken; -1 = none. */
export function positionOf(context: SettlementContext): number {
  return context.stores.position.get(POSITION)?.offset ?? -1
}
