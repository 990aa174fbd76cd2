/** Writes XML elements with every value escaped, so that no identifier can break out of its element. */

import { formatDateTime } from '../date-time.ts'
import { formatDuration } from '../duration.ts'
import { WireError } from '../wire-error.ts'
import { isXmlChar } from './entities.ts'
import { namespaces, type QName } from './namespaces.ts'

declare const written: unique symbol
/** Finished XML: only this module makes it, so raw text cannot slip in where XML is wanted. */
export type Xml = string & { readonly [written]: true }
export type Children = Xml | undefined | readonly Xml[]

const xml = (source: string): Xml => source as Xml
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#13;' }

/** An element with child elements; undefined children are left out. */
export const element = (name: QName, ...children: readonly Children[]): Xml => xml(`<${name}>${children.flat().join('')}</${name}>`)

/** An element with one escaped value; a WireError for a character that XML 1.0 cannot carry or a number that is not finite. */
export const value = (name: QName, content: string | number | boolean): Xml => {
  if (typeof content === 'number' && !Number.isFinite(content)) throw new WireError(name, `${content} is not a finite number`)
  return xml(`<${name}>${escapeText(name, String(content))}</${name}>`)
}

/** As `value`, or nothing when there is none. */
export const optional = (name: QName, content: string | number | boolean | undefined): Xml | undefined =>
  content === undefined ? undefined : value(name, content)

/** An element with a date-time, from epoch milliseconds. */
export const dateTime = (name: QName, atMs: number): Xml =>
  value(
    name,
    naming(name, () => formatDateTime(atMs)),
  )

/** An element with a bare duration (xcal:DurationValueType), from seconds. */
export const duration = (name: QName, seconds: number): Xml =>
  value(
    name,
    naming(name, () => formatDuration(seconds)),
  )

/** An element around an xcal:duration (xcal:DurationPropType), from seconds. */
export const durationProp = (name: QName, seconds: number): Xml => element(name, duration('xcal:duration', seconds))

/** xcal:dtstart, from epoch milliseconds. */
export const dtstart = (startMs: number): Xml => element('xcal:dtstart', dateTime('xcal:date-time', startMs))

/** The whole oadrPayload document around one message element (schemaVersion 2.0b); `oadr:Id` is what an XML signature refers to. */
export const payload = (message: QName, children: readonly Children[]): string => {
  const declarations = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  const body = `<${message} ei:schemaVersion="2.0b">${children.flat().join('')}</${message}>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<oadr:oadrPayload${declarations.join('')}><oadr:oadrSignedObject oadr:Id="oadrSignedObject">${body}</oadr:oadrSignedObject></oadr:oadrPayload>`
}

const escapeText = (name: QName, content: string): string => {
  for (const character of content) {
    const code = character.codePointAt(0) ?? 0
    if (!isXmlChar(code)) {
      throw new WireError(name, `the character U+${code.toString(16).toUpperCase().padStart(4, '0')} cannot stand in XML 1.0`)
    }
  }
  return content.replace(/[&<>"'\r]/g, (character) => escapes[character] ?? character)
}

const naming = (name: QName, format: () => string): string => {
  try {
    return format()
  } catch (cause) {
    if (cause instanceof RangeError) throw new WireError(name, cause.message)
    throw cause
  }
}
