/** Loopback's lines, payloads and readings. */
import { describe, expect, test } from 'vitest'
import { decodeLoopback } from '../../../connectors/loopback/decode.ts'
import { loopbackRenderer, readPayload } from '../../../connectors/loopback/render.ts'
import { idOf, readLine } from '../../../connectors/loopback/wire.ts'
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import { someAttributes } from '../../build/changes.ts'
import { aFrame, aSegment, NOW_MS } from '../ocpp/build.ts'

describe('lines', () => {
  test.each([
    ['{"hello":"D"}', { hello: 'D', key: '' }],
    ['{"re":"1","status":"accepted"}', { re: '1', status: 'accepted', detail: '' }],
    ['{"id":"1","override":"cold"}', { id: '1', override: 'cold' }],
  ])('%s', (line, message) => {
    expect(readLine(line)).toEqual(message)
  })

  test.each(['', 'hello', '{}', '{"hello":""}', '{"re":"1","status":"maybe"}', '{"id":"1","energy":{"channel":"import"}}'])(
    '%j cannot be read, and says why',
    (line) => {
      expect(readLine(line)).toMatchObject({ fault: expect.stringMatching(/./) })
    },
  )

  test('an unreadable request is answered under its id', () => {
    expect(idOf('{"id" : "7","energy":1}')).toBe('7')
    expect(idOf('{"id":7}')).toBe('')
  })
})

describe('rendering', () => {
  const attributes = someAttributes({ protocol: 'loopback', ratedW: 10_000, standingLimitW: 8_000 })
  const rendered = loopbackRenderer.render(attributes, [{ level: '1', limitW: 9_000 }])
  const templates = new Map('fault' in rendered ? [] : rendered.map(({ level, payload }) => [level, payload]))

  test('no limit is above the standing one', () => {
    expect('fault' in rendered ? [] : rendered.map(({ level, limitW }) => [level, limitW])).toEqual([
      ['1', 8_000],
      [RELEASE, 8_000],
    ])
    const payload = loopbackRenderer.fill([aSegment(NOW_MS, NOW_MS + 1, 9_500)], templates)
    expect(readPayload(payload)).toEqual([{ startMs: NOW_MS, endMs: NOW_MS + 1, limitW: 8_000 }])
  })

  test('an empty timeline releases', () => {
    expect(readPayload(loopbackRenderer.fill([], templates))).toEqual([])
  })

  test('other units are refused, naming the field', () => {
    expect(loopbackRenderer.render({ ...attributes, limitUnit: 'A' }, [])).toEqual({
      fault: expect.stringContaining('attributes.limitUnit'),
    })
  })
})

describe('readings', () => {
  const raw = (text: string) => ({ ...aFrame('energy', {}), body: Buffer.from(text) })

  test('an energy is that of its interval', () => {
    const line = `{"id":"1","energy":{"channel":"export","startMs":${NOW_MS},"stepS":900,"energyWh":250}}`
    expect(decodeLoopback(raw(line))).toEqual({
      readings: [
        {
          kind: 'interval',
          channel: 'export',
          register: '',
          code: '',
          path: 'energy',
          startMs: NOW_MS,
          stepMs: 900_000,
          energyWh: 250,
          quality: 'measured',
        },
      ],
      faults: [],
    })
  })

  test.each(['nonsense', '{"hello":"D"}', '{"id":"1","energy":{"channel":"import","startMs":0,"stepS":7,"energyWh":1}}'])(
    '%j is one fault',
    (line) => {
      expect(decodeLoopback(raw(line))).toMatchObject({ readings: [], faults: [{ reason: 'unreadableBody' }] })
    },
  )
})
