/** Readers that take one typed value out of an element and name the element's path when they cannot. */

import { parseDateTime } from '../date-time.ts'
import { parseDuration } from '../duration.ts'
import { WireError } from '../wire-error.ts'
import type { Element } from './parse.ts'

export type Reader<T> = (element: Element) => T

/** Every child of that name, in document order. */
export const many = <T>(parent: Element, name: string, read: Reader<T>): T[] =>
  parent.children.filter((child) => child.name === name).map(read)

/** The child of that name, if there is one; two are refused. */
export const maybe = <T>(parent: Element, name: string, read: Reader<T>): T | undefined => {
  const found = parent.children.filter((child) => child.name === name)
  if (found.length > 1) throw new WireError(`${parent.path}/${name}`, `stands ${found.length} times where one is allowed`)
  return found[0] === undefined ? undefined : read(found[0])
}

/** The child of that name; a WireError where it is missing. */
export const one = <T>(parent: Element, name: string, read: Reader<T>): T => {
  const element = maybe(parent, name, itself)
  if (element === undefined) throw new WireError(`${parent.path}/${name}`, 'the required element is missing')
  return read(element)
}

/** Every child of that name, at least one. */
export const some = <T>(parent: Element, name: string, read: Reader<T>): T[] => {
  const values = many(parent, name, read)
  if (values.length === 0) throw new WireError(`${parent.path}/${name}`, 'at least one is needed, none is there')
  return values
}

/** Reads the value that stands one element further in, as in `<duration><duration>PT1H</duration></duration>`. */
export const within =
  <T>(name: string, read: Reader<T>): Reader<T> =>
  (element) =>
    one(element, name, read)

const itself: Reader<Element> = (element) => element

/** xs:string, verbatim, possibly empty. */
export const text: Reader<string> = (element) => element.text

/** xs:string that identifies something: verbatim, since it is echoed, and not blank. */
export const id: Reader<string> = (element) => {
  if (element.text.trim() === '') throw new WireError(element.path, 'is empty where an identifier is needed')
  return element.text
}

/** As `id`, or undefined: some VTNs write an element that they have nothing for, and leave it empty. */
export const idIfAny: Reader<string | undefined> = (element) => (element.text.trim() === '' ? undefined : element.text)

/** xs:token: blanks at both ends dropped. */
export const token: Reader<string> = (element) => element.text.trim()

/** xs:token out of a closed list. */
export const oneOf =
  <T extends string>(values: readonly T[]): Reader<T> =>
  (element) => {
    const value = values.find((candidate) => candidate === element.text.trim())
    if (value === undefined) throw new WireError(element.path, `'${element.text.trim()}' is none of ${values.join(', ')}`)
    return value
  }

/** xs:unsignedInt. */
export const unsignedInt: Reader<number> = (element) => {
  const value = element.text.trim()
  if (!/^\+?\d{1,10}$/.test(value) || Number(value) > 0xffff_ffff) {
    throw new WireError(element.path, `'${value}' is not a whole number from 0 to 4294967295`)
  }
  return Number(value)
}

/** xs:float or xs:decimal that is a finite number. */
export const float: Reader<number> = (element) => {
  const value = element.text.trim()
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) || !Number.isFinite(Number(value))) {
    throw new WireError(element.path, `'${value}' is not a finite number`)
  }
  return Number(value)
}

/** xs:boolean. */
export const boolean: Reader<boolean> = (element) => {
  const value = element.text.trim()
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw new WireError(element.path, `'${value}' is neither true nor false`)
}

const naming =
  <T>(parse: (value: string) => T): Reader<T> =>
  (element) => {
    try {
      return parse(element.text.trim())
    } catch (cause) {
      if (cause instanceof RangeError) throw new WireError(element.path, cause.message)
      throw cause
    }
  }

/** xcal:DateTimeType in epoch milliseconds. */
export const dateTimeMs: Reader<number> = naming(parseDateTime)

/** xcal:DurationValueType in seconds. */
export const durationS: Reader<number> = naming(parseDuration)

/** xcal:DurationPropType, a duration wrapped in an element, in seconds. */
export const durationPropS: Reader<number> = within('duration', durationS)

/** xcal:dtstart, a date-time wrapped in an element, in epoch milliseconds. */
export const dtstartMs: Reader<number> = within('date-time', dateTimeMs)
