/** Writes documents of 2030.5 from plain values, in the order in which their fields stand. */
import { encodeText } from './entities.ts'
import { CSIP_AUS, SEP, XSI } from './namespaces.ts'

/** Fields that begin with `@` are attributes, lists repeat their element, undefined is left out. */
export type Writable = string | number | boolean | Fields | readonly Writable[] | undefined
export interface Fields {
  readonly [name: string]: Writable
}

export const SEP_XML = 'application/sep+xml'

/** A whole document. */
export function writeDocument(name: string, fields: Fields): string {
  const body = writeContent(fields)
  const extension = body.includes('csipaus:') ? ` xmlns:csipaus="${CSIP_AUS}"` : ''
  const types = body.includes('xsi:type=') ? ` xmlns:xsi="${XSI}"` : ''
  return `<?xml version="1.0" encoding="UTF-8"?>\n${wrap(name, `xmlns="${SEP}"${extension}${types}`, attributesOf(fields), body)}\n`
}

function writeElement(name: string, value: Writable): string {
  if (value === undefined) return ''
  if (isMany(value)) return value.map((each) => writeElement(name, each)).join('')
  if (typeof value !== 'object') return `<${name}>${encodeText(String(value))}</${name}>`
  return wrap(name, '', attributesOf(value), writeContent(value))
}

const isMany = (value: Writable): value is readonly Writable[] => Array.isArray(value)

function writeContent(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => (name.startsWith('@') ? '' : writeElement(name, value)))
    .join('')
}

function attributesOf(fields: Fields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => (name.startsWith('@') && value !== undefined ? [`${name.slice(1)}="${encodeText(String(value))}"`] : []))
    .join(' ')
}

function wrap(name: string, declarations: string, attributes: string, body: string): string {
  const open = [name, declarations, attributes].filter((part) => part !== '').join(' ')
  return body === '' ? `<${open}/>` : `<${open}>${body}</${name}>`
}
