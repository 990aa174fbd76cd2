/** Ids from paths and passwords from headers, odd ones included. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passwordOf, stationIdOf } from '../../../../connectors/ocpp/server/handshake.ts'

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`

describe('stationIdOf', () => {
  it('reads back any id that was percent-encoded', () => {
    const id = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((text) => text.length <= 128 && !/\p{Cc}|\p{Cs}/u.test(text))
    fc.assert(
      fc.property(id, (text) => {
        expect(stationIdOf(`/ocpp/${encodeURIComponent(text)}`)).toBe(text)
      }),
    )
  })

  it.each(['/', '/ocpp/', '/ocpp/a/b', '/ocpp/%zz', '/ocpp/a%00b', `/ocpp/${'x'.repeat(129)}`, '/OCPP/a', '/ocpp/a?token=1'])(
    'finds none in %s',
    (url) => {
      expect(stationIdOf(url)).toBeUndefined()
    },
  )
})

describe('passwordOf', () => {
  it('keeps colons and raw bytes of the password', () => {
    expect(Buffer.from(passwordOf(basic('id:a:b'), 'id') ?? []).toString()).toBe('a:b')
    const raw = Buffer.from([0, 255, 58, 128])
    expect(Buffer.from(passwordOf(basic(Buffer.concat([Buffer.from('id:'), raw])), 'id') ?? [])).toEqual(raw)
    expect(passwordOf(basic('id:'), 'id')).toHaveLength(0)
  })

  it.each([undefined, '', 'Bearer abc', 'Basic !!!', basic('id'), basic('other:secret')])('finds none in %s', (header) => {
    expect(passwordOf(header, 'id')).toBeUndefined()
  })
})
