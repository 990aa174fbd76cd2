/** Which reports are due when: pure, on the clock's lines, also across restarts. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueJobs } from '../../../gateway/reporting/plan.ts'
import { createView, learnEvent, learnFact, learnProgram, learnReport, type ReporterView } from '../../../gateway/reporting/view.ts'
import type { ReportAsked } from '../../../schemas/utility.ts'
import { anEvent } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { aReport } from '../openadr2b/ven/rig.ts'
import { anAsked, aReportFact, NOON_MS, QUARTER_MS } from './reports.ts'

/** 600 s until an interval is closed, as the terms say, and a minute to load it. */
const READY_MS = 660_000
const MARGIN_MS = 60_000

function viewOf(asked: Partial<ReportAsked> = {}): ReporterView {
  const view = createView()
  learnProgram(view, aProgram())
  learnFact(view, aReportFact('reportAsked', anAsked(asked)))
  return view
}
const periods = (view: ReporterView, nowMs: number) =>
  dueJobs(view, nowMs, MARGIN_MS).map((job) =>
    job.what === 'period' ? [(job.fromMs - NOON_MS) / 60_000, (job.toMs - NOON_MS) / 60_000] : job.key,
  )

describe('a repeated request', () => {
  it('reports a period once its intervals are closed and loaded', () => {
    const view = viewOf()
    expect(periods(view, NOON_MS + QUARTER_MS + READY_MS - 1)).toEqual([])
    expect(periods(view, NOON_MS + QUARTER_MS + READY_MS)).toEqual([[0, 15]])
    expect(periods(view, NOON_MS + 2 * QUARTER_MS + READY_MS)).toEqual([
      [0, 15],
      [15, 30],
    ])
  })

  it('starts on the line of the clock before the request', () => {
    expect(periods(viewOf({ fromMs: NOON_MS + 7 * 60_000 }), NOON_MS + QUARTER_MS + READY_MS)).toEqual([[0, 15]])
  })

  it('goes on after the last report', () => {
    const view = viewOf()
    learnReport(
      view,
      aReport({ reportRequestId: 'request-1', startMs: NOON_MS, stepS: 900, points: [{ rId: '', values: [1], qualities: ['measured'] }] }),
    )
    expect(periods(view, NOON_MS + 2 * QUARTER_MS + READY_MS)).toEqual([[15, 30]])
  })

  it('ends with the period asked for', () => {
    const view = viewOf({ untilMs: NOON_MS + 2 * QUARTER_MS })
    expect(periods(view, NOON_MS + 20 * QUARTER_MS)).toEqual([
      [0, 15],
      [15, 30],
    ])
  })

  it('is silent once the VTN has ended it, and makes one more report where one is to follow', () => {
    const view = viewOf()
    learnFact(view, aReportFact('reportEnding'))
    expect(dueJobs(view, NOON_MS + 20 * 60_000, MARGIN_MS)).toMatchObject([
      { key: 'last', fromMs: NOON_MS, toMs: NOON_MS + QUARTER_MS, evenIfEmpty: true },
    ])
    learnFact(view, aReportFact('reportEnded'))
    expect(dueJobs(view, NOON_MS + 20 * QUARTER_MS, MARGIN_MS)).toEqual([])
  })

  it('never leaves the settlement step, however fine the request', () => {
    expect(dueJobs(viewOf({ granularityS: 60, reportBackS: 60 }), NOON_MS + QUARTER_MS + READY_MS, MARGIN_MS)).toMatchObject([
      { stepS: 900, toMs: NOON_MS + QUARTER_MS },
    ])
    expect(dueJobs(viewOf({ granularityS: 1000, reportBackS: 1800 }), NOON_MS + 2 * QUARTER_MS + READY_MS, MARGIN_MS)).toMatchObject([
      { stepS: 1800 },
    ])
  })

  it('tells a gap in an event, and is silent about one at another time', () => {
    const view = viewOf()
    learnEvent(view, anEvent({ startMs: NOON_MS, endMs: NOON_MS + QUARTER_MS }))
    const jobs = dueJobs(view, NOON_MS + 2 * QUARTER_MS + READY_MS, MARGIN_MS)
    expect(jobs).toMatchObject([{ evenIfEmpty: true }, { evenIfEmpty: false }])
  })

  it('has periods that join without gap or overlap, whenever the reporter looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_600_000 }),
        fc.constantFrom(0, 60, 300, 900, 1800, 3600),
        fc.constantFrom(60, 900, 1000, 1800, 7200),
        fc.array(fc.integer({ min: 1, max: 5_000_000 }), { maxLength: 20 }),
        (lateMs, granularityS, reportBackS, looks) => {
          const view = viewOf({ fromMs: NOON_MS + lateMs, granularityS, reportBackS })
          let nowMs = NOON_MS
          let endMs: number | undefined
          for (const lookMs of looks) {
            nowMs += lookMs
            for (const job of dueJobs(view, nowMs, MARGIN_MS)) {
              if (job.what !== 'period') throw new Error('telemetry is reported by period')
              expect(job.fromMs).toBe(endMs ?? job.fromMs)
              expect((job.toMs - job.fromMs) % (job.stepS * 1000)).toBe(0)
              endMs = job.toMs
              const values = Array.from({ length: (job.toMs - job.fromMs) / (job.stepS * 1000) }, () => 0)
              const point = { rId: 'summer-shed/usage', values, qualities: values.map(() => 'measured' as const) }
              learnReport(
                view,
                aReport({ reportId: job.key, reportRequestId: 'request-1', startMs: job.fromMs, stepS: job.stepS, points: [point] }),
              )
            }
          }
        },
      ),
    )
  })
})

describe('a request for one report', () => {
  it('gives the last closed interval of telemetry', () => {
    const view = viewOf({ reportBackS: 0, fromMs: NOON_MS + 60_000 })
    expect(periods(view, NOON_MS + READY_MS)).toEqual([[-15, 0]])
  })

  it('gives a week of history, or the period asked for', () => {
    const history = { reportBackS: 0, reportSpecifierId: 'history-usage' }
    expect(periods(viewOf(history), NOON_MS + READY_MS)).toEqual([[-7 * 24 * 60, 0]])
    expect(periods(viewOf({ ...history, fromMs: NOON_MS - 1_800_000, untilMs: NOON_MS }), NOON_MS + READY_MS)).toEqual([[-30, 0]])
  })
})

describe('a repeated request for history', () => {
  const view = viewOf({ reportSpecifierId: 'history-usage', rIds: ['summer-shed/baseline'] })
  const endMs = NOON_MS + QUARTER_MS
  const learn = (change: object) => learnEvent(view, anEvent({ startMs: NOON_MS, endMs, ...change }))
  learn({ eventId: 'ours' })
  learn({ eventId: 'of another program', programId: 'winter' })
  learn({ eventId: 'a drill', test: 'drill' })
  learn({ eventId: 'cancelled' })
  learn({ eventId: 'cancelled', kind: 'cancelled' })
  learn({ eventId: 'declined', opt: 'optOut', optCause: 'operator', ordered: false })
  learn({ eventId: 'unanswered', opt: null, optCause: null, ordered: false })
  learn({ eventId: 'against the terms', opt: 'optOut', optCause: 'termsBroken' })
  learn({ eventId: 'left' })
  learn({ eventId: 'left', revision: 2, opt: 'optOut', optCause: 'operator' })
  learn({ eventId: 'changed, and not answered yet' })
  learn({ eventId: 'changed, and not answered yet', revision: 2, opt: null, optCause: null })
  learn({ eventId: 'before', startMs: NOON_MS - QUARTER_MS, endMs: NOON_MS })

  it('looks at each event of its programs that is over and was agreed to', () => {
    expect(periods(view, endMs + READY_MS - 1)).toEqual([])
    expect(periods(view, endMs + READY_MS)).toEqual(['event ours', 'event changed, and not answered yet'])
  })

  it('leaves an event alone when it is longer past than history is kept', () => {
    expect(periods(view, endMs + 7 * 86_400_000)).toEqual([])
  })
})

it('has nothing to say of programs and reports that are not known', () => {
  expect(periods(viewOf({ rIds: ['nobody/usage'] }), NOON_MS + 100 * QUARTER_MS)).toEqual([])
  expect(periods(viewOf({ reportSpecifierId: 'something-else' }), NOON_MS + 100 * QUARTER_MS)).toEqual([])
})
