/** The simulated VTN's own XML: written and read apart from the gateway's codec, so that a fault in one cannot hide in the other. */

import { XMLBuilder, XMLParser } from 'fast-xml-parser'

/** An element's content: keys are prefixed names in document order. */
export type Body = { [name: string]: string | number | boolean | undefined | Body | readonly (Body | string)[] }

const prefixes = {
  '@xmlns:o': 'http://openadr.org/oadr-2.0b/2012/07',
  '@xmlns:e': 'http://docs.oasis-open.org/ns/energyinterop/201110',
  '@xmlns:p': 'http://docs.oasis-open.org/ns/energyinterop/201110/payloads',
  '@xmlns:m': 'http://docs.oasis-open.org/ns/emix/2011/06',
  '@xmlns:w': 'http://docs.oasis-open.org/ns/emix/2011/06/power',
  '@xmlns:si': 'http://docs.oasis-open.org/ns/emix/2011/06/siscale',
  '@xmlns:st': 'urn:ietf:params:xml:ns:icalendar-2.0:stream',
  '@xmlns:c': 'urn:ietf:params:xml:ns:icalendar-2.0',
  '@xmlns:g': 'http://www.opengis.net/gml/3.2',
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true })

/** An oadrPayload document around `<o:message>`. */
export const document = (message: string, body: Body): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({
    'o:oadrPayload': { ...prefixes, 'o:oadrSignedObject': { [`o:${message}`]: { '@e:schemaVersion': '2.0b', ...body } } },
  })}`

/** c:dtstart from epoch milliseconds. */
export const dtstart = (startMs: number): Body => ({ 'c:date-time': isoTime(startMs) })

/** Content of any duration property, from seconds. */
export const durationProp = (seconds: number): Body => ({ 'c:duration': isoDuration(seconds) })

export const isoTime = (atMs: number): string => new Date(atMs).toISOString()

/** Written in seconds only, which is legal and unlike the gateway's way. */
export const isoDuration = (seconds: number): string => `PT${seconds}S`

/** A parsed element: prefixes dropped; text as string, children as objects, repeated ones as arrays. */
export type Parsed = { readonly [name: string]: unknown }

const parser = new XMLParser({ removeNSPrefix: true, ignoreAttributes: true, parseTagValue: false, trimValues: true })

/** Name and content of the one message in a payload, or undefined where there is none. */
export const parseMessage = (source: string): { name: string; body: Parsed } | undefined => {
  const root = parser.parse(source) as Parsed
  const [entry] = Object.entries(child(child(root, 'oadrPayload'), 'oadrSignedObject'))
  return entry === undefined ? undefined : { name: entry[0], body: asParsed(entry[1]) }
}

/** Child content; empty where it is missing. */
export const child = (parent: Parsed, name: string): Parsed => asParsed(parent[name])

/** Children of that name, always as a list. */
export const children = (parent: Parsed, name: string): Parsed[] => values(parent, name).map(asParsed)

/** Texts of the children of that name. */
export const texts = (parent: Parsed, name: string): string[] => values(parent, name).map(String)

/** Text of a child; empty where it is missing. */
export const text = (parent: Parsed, name: string): string => (parent[name] === undefined ? '' : String(parent[name]))

const values = (parent: Parsed, name: string): unknown[] => {
  const value = parent[name]
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

const asParsed = (value: unknown): Parsed => (typeof value === 'object' && value !== null ? (value as Parsed) : {})
