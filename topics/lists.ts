/**
 * Lists and maps that believe no count: avsc makes room for as many items as the bytes say that there are, and one record by an outsider
 * would end the process. Lists of plain items are read and written in one loop besides.
 */
import avsc from 'avsc'
import { type Coder, type PlainList, plainNames, plainNumbers, type Tap } from './plain-lists.ts'

/** A list's or map's type, or a resolver that took over how it reads. */
interface Holder {
  readonly itemsType: Coder
  readonly valuesType: Coder
}

/** For avsc's `forSchema`, of readers and writers alike. */
export function boundedLists(schema: avsc.Schema, options: avsc.ForSchemaOptions): avsc.Type | undefined {
  if (isOf<avsc.schema.ArrayType>(schema, 'array')) return listOf(avsc.Type.forSchema(schema.items, options))
  return isOf<avsc.schema.MapType>(schema, 'map') ? mapOf(avsc.Type.forSchema(schema.values, options)) : undefined
}

const isOf = <S extends avsc.Schema>(schema: avsc.Schema, type: string): schema is S =>
  typeof schema === 'object' && 'type' in schema && schema.type === type

function listOf(itemsType: avsc.Type): avsc.Type {
  const usual = avsc.Type.forSchema({ type: 'array', items: itemsType })
  const items = itemsType as unknown as Coder
  const plain = plainOf(itemsType)
  const list: avsc.Type = Object.create(usual)
  const readOne: PlainList['read'] = (tap, values, from, until, type) => {
    for (let index = from; index < until; index++) values[index] = type._read(tap)
  }
  const methods: Coder = {
    _read(this: unknown, tap) {
      const { itemsType: type } = this as Holder
      return readList(tap, plain !== null && this === list ? plain.read : readOne, type)
    },
    _skip: (tap) => eachItem(tap, () => items._skip(tap)),
    _write(tap, value) {
      if (plain === null || !Array.isArray(value) || value.length === 0) return (usual as unknown as Coder)._write(tap, value)
      tap.writeLong(value.length)
      plain.write(tap, value, items)
      tap.writeLong(0)
    },
  }
  return Object.assign(list, methods)
}

function plainOf(items: avsc.Type): PlainList | null {
  if (items.typeName === 'long' || items.typeName === 'int') return plainNumbers
  return items.typeName === 'enum' ? plainNames(items as avsc.types.EnumType) : null
}

function mapOf(valuesType: avsc.Type): avsc.Type {
  const usual = avsc.Type.forSchema({ type: 'map', values: valuesType })
  const values = valuesType as unknown as Coder
  const methods: Omit<Coder, '_write'> = {
    _read(this: unknown, tap) {
      const { valuesType: type } = this as Holder
      const found: [string, unknown][] = []
      eachItem(tap, () => found.push([tap.readString(), type._read(tap)]))
      return Object.fromEntries(found)
    },
    _skip: (tap) =>
      eachItem(tap, () => {
        tap.readString()
        values._skip(tap)
      }),
  }
  return Object.assign(Object.create(usual), methods)
}

/** Mostly one run, so room is made for that. */
function readList(tap: Tap, read: PlainList['read'], items: Coder): unknown[] {
  const first = readCount(tap)
  const values = new Array<unknown>(first)
  for (let [from, count] = [0, first]; count > 0; count = readCount(tap)) {
    read(tap, values, from, from + count, items)
    from += count
  }
  return values
}

function eachItem(tap: Tap, take: () => void): void {
  for (let count = readCount(tap); count > 0; count = readCount(tap)) for (let left = count; left > 0; left--) take()
}

/** Items of the next run, 0 = there is none; a run may state its size, by a negative count. Throws where there are fewer bytes than items. */
function readCount(tap: Tap): number {
  const stated = tap.readLong()
  if (stated < 0) tap.readLong()
  const count = Math.abs(stated)
  const left = tap.buf.length - tap.pos
  if (count > 0 && !(count <= left)) throw new Error(`a list or map of ${count} items in ${Math.max(0, left)} bytes`)
  return count
}
