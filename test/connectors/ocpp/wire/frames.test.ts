/** Frames: what is written is read back, and what cannot be read says why and whether to answer. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFrame, serialiseCall, serialiseError, serialiseResult } from '../../../../connectors/ocpp/wire/frames.ts'

const uniqueId = fc.string({ minLength: 1, maxLength: 36 })
const payload = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as object)

describe('parseFrame', () => {
  it('reads what serialiseCall, serialiseResult and serialiseError write', () => {
    fc.assert(
      fc.property(uniqueId, fc.string({ minLength: 1 }), payload, (id, name, body) => {
        expect(parseFrame(serialiseCall(id, name, JSON.stringify(body)))).toEqual({
          type: 'call',
          uniqueId: id,
          action: name,
          payload: body,
        })
        expect(parseFrame(serialiseResult(id, body))).toEqual({ type: 'result', uniqueId: id, payload: body })
        const error = { type: 'error', uniqueId: id, code: 'GenericError', description: name.slice(0, 255), details: body }
        expect(parseFrame(serialiseError(id, 'GenericError', name, body))).toEqual(error)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['call', 'result', 'error', 'fault']).toContain(parseFrame(text).type)
      }),
    )
  })

  it.each([
    ['no JSON', '[2,"1"', '-1', true],
    ['no array', '{"a":1}', '-1', true],
    ['an id that is no string', '[2,7,"Heartbeat",{}]', '-1', true],
    ['an id of 37 characters', `[2,"${'x'.repeat(37)}","Heartbeat",{}]`, '-1', true],
    ['a CALL without payload', '[2,"1","Heartbeat"]', '1', true],
    ['a CALL whose action is no string', '[2,"1",5,{}]', '1', true],
    ['a CALLRESULT with an action', '[3,"1","Heartbeat",{}]', '1', false],
    ['a CALLERROR without code', '[4,"1"]', '1', false],
    ['an unknown message type', '[9,"1",{}]', '1', false],
  ])('refuses %s', (_, text, id, answerable) => {
    expect(parseFrame(text)).toMatchObject({ type: 'fault', uniqueId: id, code: 'FormationViolation', answerable })
  })

  it('takes null for an empty payload', () => {
    expect(parseFrame('[2,"1","Heartbeat",null]')).toMatchObject({ type: 'call', payload: {} })
  })
})
