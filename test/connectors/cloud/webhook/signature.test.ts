/** Only who knows the secret is heard, only just after it was said, and nothing of the message can be changed. */
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkSignature, REPLAY_WINDOW_MS, signatureOf } from '../../../../connectors/cloud/webhook/signature.ts'

const SECRET = 'a secret for the webhook'
const NOW_MS = 1_780_000_000_000
const body = Buffer.from('{"events":[]}')
const signed = (atMs: number) => {
  const timestamp = String(Math.floor(atMs / 1000))
  return { timestamp, signature: signatureOf(SECRET, timestamp, body), body }
}

test('the signature is the HMAC of time and body', () => {
  const { timestamp, signature } = signed(NOW_MS)
  expect(signature).toBe(`sha256=${createHmac('sha256', SECRET).update(`${timestamp}.{"events":[]}`).digest('hex')}`)
})

test('a fresh message is sound, and an old one or one from the future is stale', () => {
  const judge = (atMs: number): string => checkSignature(SECRET, signed(atMs), NOW_MS)
  expect([judge(NOW_MS), judge(NOW_MS - REPLAY_WINDOW_MS), judge(NOW_MS + REPLAY_WINDOW_MS)]).toEqual(['sound', 'sound', 'sound'])
  expect([judge(NOW_MS - REPLAY_WINDOW_MS - 1000), judge(NOW_MS + REPLAY_WINDOW_MS + 1000)]).toEqual(['stale', 'stale'])
})

test.each([
  ['another body', { body: Buffer.from('{"events":[1]}') }],
  ['another time', { timestamp: '1780000001' }],
  ['no signature', { signature: '' }],
  ['a signature of another secret', { signature: signatureOf('another secret', '1780000000', body) }],
])('%s is unsigned', (_, changes) => {
  expect(checkSignature(SECRET, { ...signed(NOW_MS), ...changes }, NOW_MS)).toBe('unsigned')
})

test('a time that is none is stale, though it is signed', () => {
  for (const timestamp of ['soon', '', '-1', '1e9', '9'.repeat(30)])
    expect(checkSignature(SECRET, { timestamp, signature: signatureOf(SECRET, timestamp, body), body }, NOW_MS)).toBe('stale')
})
