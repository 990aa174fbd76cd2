/** Documents are read as plain values, and hostile ones refused before they cost anything. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../../../connectors/sep2/refusal.ts'
import { parseDocument } from '../../../../connectors/sep2/xml/parse.ts'
import { writeDocument } from '../../../../connectors/sep2/xml/write.ts'

const parse = (text: string) => parseDocument(Buffer.from(text))
const NS = 'xmlns="urn:ieee:std:2030.5:ns"'

describe('what is read', () => {
  test('leaves are text, repeated elements lists, attributes and comments nothing', () => {
    const text = `<?xml version="1.0"?><A ${NS} href="/x"><!-- c --><b>1</b><c>x &amp; y&#x21;</c><c><d/></c></A>`
    expect(parse(text)).toEqual({ name: 'A', type: 'A', value: { b: '1', c: ['x & y!', { d: '' }] } })
  })

  test('prefixes are resolved, extensions of CSIP-AUS keep theirs, others are left out', () => {
    const text = `<s:A xmlns:s="urn:ieee:std:2030.5:ns" xmlns:q="https://csipaus.org/ns" xmlns:z="urn:z"><s:b>1</s:b><q:w>2</q:w><z:b>3</z:b></s:A>`
    expect(parse(text).value).toEqual({ b: '1', 'csipaus:w': '2' })
  })

  test('a namespace may be declared anywhere', () => {
    expect(parse(`<A ${NS}><b xmlns="urn:z">1</b><c>2</c></A>`).value).toEqual({ c: '2' })
  })

  test('xsi:type is told', () => {
    const text = `<Response ${NS} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="DERControlResponse"><b>1</b></Response>`
    expect(parse(text)).toMatchObject({ name: 'Response', type: 'DERControlResponse' })
  })

  test('property: what was written is read back', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) =>
      value
        .trim()
        .replace(/[^\P{C}]/gu, '')
        .replace(/[\r\n]/g, ' ')
        .trim(),
    )
    fc.assert(
      fc.property(text, fc.integer(), fc.boolean(), (words, number, flag) => {
        const written = writeDocument('A', { '@href': words, words, number, inner: { flag }, left: undefined })
        expect(parse(written).value).toEqual({ words, number: String(number), inner: { flag: String(flag) } })
      }),
    )
  })
})

describe('what is refused', () => {
  const bomb = '<!DOCTYPE A [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
  test.each([
    ['a document type with entities', `${bomb}<A ${NS}>&b;</A>`, /document type/],
    ['an external entity', `<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A ${NS}>&x;</A>`, /document type/],
    ['an unknown entity', `<A ${NS}>&nbsp;</A>`, /nbsp/],
    ['a reference to no character', `<A ${NS}>&#0;</A>`, /no character/],
    ['an open element', `<A ${NS}><b></A>`, /well-formed/],
    ['no XML', 'hello', /well-formed|root/],
    ['nothing', '', /root|well-formed/],
    ['two roots', `<A ${NS}/><A ${NS}/>`, /root|well-formed/],
    ['another namespace', '<A xmlns="urn:ieee:std:2030.5:other"/>', /namespace/],
    ['no namespace', '<A/>', /namespace/],
    ['depth', `${`<A ${NS}>`.repeat(40)}${'</A>'.repeat(40)}`, /XML|nested/i],
    ['too many tags', `<A ${NS}>${'<b/>'.repeat(50_000)}</A>`, /tags/],
  ])('%s', (_, text, message) => {
    expect(() => parse(text)).toThrow(Refusal)
    expect(() => parse(text)).toThrow(message)
  })

  test('bytes that are no UTF-8', () => {
    expect(() => parseDocument(Buffer.from([0x3c, 0xff, 0xfe]))).toThrow(/UTF-8/)
  })

  test('property: any bytes are a document or a Refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          parseDocument(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
    )
  })

  test('names by which prototypes could be changed', () => {
    for (const name of ['constructor', '__proto__']) expect(() => parse(`<A ${NS}><${name}>1</${name}></A>`)).toThrow(Refusal)
  })
})
