/** Replaces character references and the five predefined entities; no other exists, since a document type is refused (XML 1.0, 4.1 and 4.6). */
import { badFormat } from '../refusal.ts'

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** XML 1.0, 2.2: what may stand in a document. */
const isXmlChar = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

export function decodeEntities(text: string): string {
  return text.includes('&') ? text.replace(/&([^;&\s]*);/g, (_, name: string) => characterOf(name)) : text
}

function characterOf(name: string): string {
  const numeric = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
  if (numeric === null) {
    const character = Object.hasOwn(predefined, name) ? predefined[name] : undefined
    if (character === undefined) throw badFormat(`the entity &${name}; is not known, and none can be declared`)
    return character
  }
  const code = numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16)
  if (!isXmlChar(code)) throw badFormat(`the reference &${name}; is no character of XML 1.0`)
  return String.fromCodePoint(code)
}

export function encodeText(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
  // Whatever could not stand in a document would make all of it unreadable.
  return [...escaped].filter((character) => isXmlChar(character.codePointAt(0) ?? 0)).join('')
}
