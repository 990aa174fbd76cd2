/** Builds Avro schemas whose TypeScript types follow from them, so that a field, its unit and its type are stated once. */

/** A JSON value as it may stand for a default. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** What a schema may be made of: an Avro primitive, or a named or composite type of ours. */
export type Shape =
  | {
      readonly of: 'primitive'
      readonly name: 'string' | 'long' | 'int' | 'double' | 'boolean' | 'bytes'
    }
  | {
      readonly of: 'enum'
      readonly name: string
      readonly doc: string
      readonly symbols: readonly string[]
    }
  | { readonly of: 'array'; readonly items: Shape }
  | { readonly of: 'map'; readonly values: Shape }
  | { readonly of: 'optional'; readonly inner: Shape }
  | RecordShape

interface RecordShape {
  readonly of: 'record'
  readonly name: string
  readonly doc: string
  readonly fields: Readonly<Record<string, Field<unknown>>>
}

/** A shape that stands for values of T. `phantom` never exists; it carries the type. */
export interface Typed<T> {
  readonly shape: Shape
  readonly phantom?: T
}

/** A named field: its type, its doc string with the unit, and a default where it was added after the first release. */
export interface Field<T> extends Typed<T> {
  readonly doc: string
  readonly default?: Json
}

type FieldsOf<F> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never
}

/** An Avro record whose values are T. */
export interface RecordSchema<T> extends Typed<T> {
  readonly shape: RecordShape
  /** First of the last fields of which many values share the very objects, so that their bytes are made once; absent = none do. */
  readonly alikeFrom?: string
}

/** The TypeScript type of the values of a record schema or a named enum. */
export type Infer<S> = S extends Typed<infer T> ? T : never

const primitive = <T>(name: Extract<Shape, { of: 'primitive' }>['name'], doc: string): Field<T> => ({
  shape: { of: 'primitive', name },
  doc,
})

export const string = (doc: string): Field<string> => primitive('string', doc)
/** A 64-bit integer; values beyond 2^52 are refused by the codec. */
export const long = (doc: string): Field<number> => primitive('long', doc)
export const int = (doc: string): Field<number> => primitive('int', doc)
export const double = (doc: string): Field<number> => primitive('double', doc)
export const boolean = (doc: string): Field<boolean> => primitive('boolean', doc)
export const bytes = (doc: string): Field<Buffer> => primitive('bytes', doc)

/** A closed list of names. Symbols may be appended later, never removed. */
export function enumeration<const S extends readonly string[]>(name: string, symbols: S, doc: string): Typed<S[number]> {
  return { shape: { of: 'enum', name, doc, symbols } }
}

/** A record; every field has a doc string. */
export function record<const F extends Readonly<Record<string, Field<unknown>>>>(
  name: string,
  doc: string,
  fields: F,
  alikeFrom?: keyof F & string,
): RecordSchema<FieldsOf<F>> {
  return { shape: { of: 'record', name, doc, fields }, ...(alikeFrom === undefined ? {} : { alikeFrom }) }
}

/** A field of a named type. */
export function of<T>(type: Typed<T>, doc: string): Field<T> {
  return { shape: type.shape, doc }
}

/** A field of a list. */
export function list<T>(items: Typed<T>, doc: string): Field<readonly T[]> {
  return { shape: { of: 'array', items: items.shape }, doc }
}

/** A field of a map from text. */
export function map<T>(values: Typed<T>, doc: string): Field<Readonly<Record<string, T>>> {
  return { shape: { of: 'map', values: values.shape }, doc }
}

/** The same field, which may also be null; null is its default. */
export function optional<T>(field: Field<T>): Field<T | null> {
  return {
    shape: { of: 'optional', inner: field.shape },
    doc: field.doc,
    default: null,
  }
}

/** The same field, added after the first release: records written without it read as `value`. */
export function added<T>(field: Field<T>, value: T & Json): Field<T> {
  return { ...field, default: value }
}
