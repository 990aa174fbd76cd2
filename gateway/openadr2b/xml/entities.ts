/** Replaces character references and the five predefined entities; any other entity is refused, since no DTD may declare one (XML 1.0, 4.1 and 4.6). */

import { WireError } from '../wire-error.ts'

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** True where XML 1.0 (2.2, Char) lets a code point stand in a document. */
export const isXmlChar = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

/** `text` with its references replaced; `path` names the element in the error. */
export const decodeEntities = (text: string, path: string): string =>
  text.includes('&') ? text.replace(/&([^;&\s]*);/g, (_, name: string) => characterOf(name, path)) : text

const characterOf = (name: string, path: string): string => {
  const numeric = /^#(?:x([0-9a-fA-F]+)|(\d+))$/.exec(name)
  if (numeric === null) {
    const character = Object.hasOwn(predefined, name) ? predefined[name] : undefined
    if (character === undefined) throw new WireError(path, `the entity '&${name};' is not known; declared entities are refused`)
    return character
  }
  const code = numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16)
  if (!isXmlChar(code)) throw new WireError(path, `the character reference '&${name};' is not a character of XML 1.0`)
  return String.fromCodePoint(code)
}
