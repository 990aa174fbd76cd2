/** Templates rendered at enrollment and filled later: the same bytes whenever a limit becomes known. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillTemplate, fillTimeline, renderTemplate } from '../../../../connectors/ocpp/limits/render.ts'
import { parseTemplate } from '../../../../connectors/ocpp/limits/template.ts'
import type { Traits } from '../../../../connectors/ocpp/limits/traits.ts'
import { nowMs, ORIGIN_MS, segments, traits } from './arbitraries.ts'
import { renderCall } from './rendered.ts'

const station: Traits = { version: '1.6', unit: 'A', phases: 3, voltageV: 230, ratedW: 11_040, stackLevel: 2, profileId: 9 }
const span = { startMs: ORIGIN_MS, endMs: ORIGIN_MS + 3_600_000 }

describe('renderTemplate and fillTimeline', () => {
  it('property: a numeric slot filled at dispatch gives the same bytes as the level known at enrollment', () => {
    fc.assert(
      fc.property(segments, traits, nowMs, (timeline, traitsOfStation, now) => {
        const release = parseTemplate(renderTemplate('release', traitsOfStation))
        const slot = parseTemplate(renderTemplate('slot', traitsOfStation))
        const filled = timeline.map((segment) => ({ ...segment, template: slot }))
        const known = timeline.map(({ limitW, ...at }) => ({ ...at, template: parseTemplate(renderTemplate(limitW, traitsOfStation)) }))
        expect(fillTimeline(filled, release, now)).toEqual(fillTimeline(known, release, now))
      }),
      { numRuns: 500 },
    )
  })

  it('gives equal bytes for equal stations, with the level already in them', () => {
    expect(renderTemplate(5520, station)).toBe(renderTemplate(5520, { ...station }))
    expect(renderTemplate(5520, station)).toContain('\\"limit\\":8')
    expect(renderTemplate('release', station)).toBe('{"action":"ClearChargingProfile","payload":"{\\"id\\":9}"}')
  })

  it('refuses an unfilled numeric slot and a part that is a release', () => {
    const slot = parseTemplate(renderTemplate('slot', station))
    const release = parseTemplate(renderTemplate('release', station))
    expect(() => fillTimeline([{ ...span, template: slot }], release)).toThrow(/limitW/)
    const level = parseTemplate(renderTemplate(1, station))
    const second = { startMs: span.endMs, endMs: span.endMs + 1000, template: release }
    expect(() => fillTimeline([{ ...span, template: level }, second], release)).toThrow(/release/)
  })
})

describe('fillTemplate', () => {
  it('fills one span', () => {
    const { payload } = renderCall([{ ...span, limitW: 5520 }], station, ORIGIN_MS)
    expect(JSON.parse(fillTemplate(renderTemplate(5520, station), span))).toEqual(payload)
    expect(JSON.parse(fillTemplate(renderTemplate('slot', station), { ...span, limitW: 5520 }))).toEqual(payload)
    expect(fillTemplate(renderTemplate('release', station), span)).toBe('{"id":9}')
  })
})
