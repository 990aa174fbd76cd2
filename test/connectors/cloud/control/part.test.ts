/** Equal parts of two commands have one key, and no two calls one name. */
import { expect, test } from 'vitest'
import { bodyOf, encodePayload, endOf, hasModes, readParts, startOf, TAG_PREFIX, tagOf } from '../../../../connectors/cloud/control/part.ts'
import { commandOf, NOW_MS, partsOf } from './build.ts'

test('a part is known by its times and contents, whatever it stands among', () => {
  const [a, b] = partsOf([0, 1, 'x'], [1, 2, 'y'])
  expect(partsOf([1, 2, 'y'])[0]?.key).toBe(b?.key)
  const others = [partsOf([0, 2, 'x']), partsOf([0, 1, 'z']), partsOf([-1, 1, 'x'])].map(([part]) => part?.key)
  expect(others).not.toContain(a?.key)
  expect([startOf(a?.key ?? ''), endOf(a?.key ?? '')]).toEqual([a?.startMs, a?.endMs])
})

test('contents are those of the mode, or of any; none where nothing can be set', () => {
  const content = { startMs: 0, endMs: 1, bodies: { cool: 'c', off: null } }
  const [part] = readParts(encodePayload('v', [content]), 'v') ?? []
  if (!part) throw new Error('the payload can not be read')
  expect([bodyOf(part, 'cool'), bodyOf(part, 'off'), bodyOf(part, 'heat')]).toEqual(['c', null, undefined])
  expect(hasModes(part)).toBe(true)
  expect(bodyOf({ ...part, bodies: { '': 'any' } }, 'heat')).toBe('any')
})

test('a payload of another vendor, or none at all, is not read', () => {
  expect(readParts(encodePayload('v', []), 'w')).toBeUndefined()
  expect(readParts(Buffer.from('{"vendor":"v"}'), 'v')).toBeUndefined()
  expect(readParts(Buffer.from('nonsense'), 'v')).toBeUndefined()
})

test('the name of a call says whose it is, and another try, part or set of devices has another', () => {
  const [one, other] = [commandOf(1, []), commandOf(2, [])]
  const tags = [
    tagOf([one], 'part', NOW_MS),
    tagOf([one], 'part', NOW_MS + 1),
    tagOf([one], 'another', NOW_MS),
    tagOf([one, other], 'part', NOW_MS),
  ]
  expect(new Set(tags).size).toBe(4)
  expect(tags.every((tag) => tag.startsWith(`${TAG_PREFIX}${one.commandId}.`))).toBe(true)
})
