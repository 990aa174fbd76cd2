/** Hostile and broken XML. */

import { describe, expect, it } from 'vitest'
import { parseXml } from '../../../../gateway/openadr2b/xml/parse.ts'

const parse = (source: string, maxBytes = 1_000_000) => parseXml(Buffer.from(source), maxBytes)

it('drops prefixes, numbers repeated elements, and replaces references but not in CDATA', () => {
  const root = parse(
    '<?xml version="1.0"?><a:r xmlns:a="u" q="&lt;"><b>x &amp; &#65;&#x1F600;<![CDATA[<&amp;>]]></b><!-- c --><b/><c>1<?p i?>2</c></a:r>',
  )
  expect(root.path).toBe('r')
  expect(root.children.map(({ name, path, text }) => ({ name, path, text }))).toEqual([
    { name: 'b', path: 'r/b[1]', text: 'x & A😀<&amp;>' },
    { name: 'b', path: 'r/b[2]', text: '' },
    { name: 'c', path: 'r/c', text: '12' },
  ])
})

describe('refuses', () => {
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, n) => `<!ENTITY l${n} "&l${n - 1};&l${n - 1};">`).join('')}]><l>&l19;</l>`

  it.each([
    ['a bomb of entities', laughs, 'document: a document type declaration is refused'],
    ['an external entity', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', 'document: a document type declaration'],
    ['an external DTD', '<!doctype r SYSTEM "http://127.0.0.1:1/x.dtd"><r/>', 'document: a document type declaration'],
    ['a DTD inside an element', '<r><!DOCTYPE r></r>', 'document: a document type declaration'],
    ['an undeclared entity', '<r><b>&x;</b></r>', "r/b: the entity '&x;'"],
    ['an entity named like a built-in', '<r>&constructor;</r>', "r: the entity '&constructor;'"],
    ['a reference to no character', '<r><b/><b>&#0;</b></r>', "r/b[2]: the character reference '&#0;'"],
    ['an unclosed element', '<r><b></r>', 'document: not well-formed XML (line 1'],
    ['a bare ampersand', '<r>a & b</r>', 'document: not well-formed XML'],
    ['two roots', '<r/><s/>', 'document: one root element is needed, found 2'],
    ['text instead of XML', 'Bad Gateway', 'document: not well-formed XML'],
    ['nothing', '', 'document: not well-formed XML'],
    ['a web page', '<html><body><br></body></html>', 'document: not well-formed XML'],
    ['elements nested without end', `${'<r>'.repeat(5_000)}${'</r>'.repeat(5_000)}`, 'document: not readable XML'],
    ['a name that JavaScript would trip over', '<r><__proto__>1</__proto__></r>', 'document: not readable XML'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><r/>', "document: the encoding 'UTF-16'"],
  ])('%s', (_, source, problem) => {
    expect(() => parse(source)).toThrow(problem)
  })

  it('bytes that are not UTF-8', () => {
    expect(() => parseXml(Uint8Array.of(0x3c, 0x72, 0x3e, 0xff), 10)).toThrow('document: the bytes are not UTF-8')
  })

  it('one byte too many, unread', () => {
    expect(parse('<r>12</r>', 9).text).toBe('12')
    expect(() => parse('<r>123</r>', 9)).toThrow('document: 10 bytes are more than the 9 allowed')
  })
})
