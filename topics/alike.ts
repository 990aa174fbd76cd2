/** Encodes records of which many share the very objects of their last fields: those fields once. */
import avsc from 'avsc'

/** Writes a value at `position` and returns the position after it; negative, by how much it fell short, where the buffer is too small. */
export type Encode = (value: unknown, buffer: Buffer, position: number) => number

interface Tail {
  readonly fields: readonly unknown[]
  readonly bytes: Buffer
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** `from`: the first field of the tail, one of whose fields must be an object. Values are immutable, so that the same object means the same bytes. */
export function createAlikeEncoder(type: avsc.types.RecordType, from: string): Encode {
  const first = type.fields.findIndex(({ name }) => name === from)
  // The encoding of a record is that of its fields, one after the other.
  const part = (fields: readonly avsc.types.Field[]) =>
    avsc.Type.forSchema({ type: 'record', fields: fields.map(({ name, type: fieldType }) => ({ name, type: fieldType })) } as avsc.Schema)
  const head = part(type.fields.slice(0, first))
  const tail = part(type.fields.slice(first))
  const names = type.fields.slice(first).map(({ name }) => name)
  const known = new WeakMap<object, Tail>()

  function tailOf(value: Readonly<Record<string, unknown>>): Buffer {
    const anchor = names.find((name) => isObject(value[name]))
    const remembered = anchor && known.get(value[anchor] as object)
    if (remembered && names.every((name, index) => remembered.fields[index] === value[name])) return remembered.bytes
    const bytes = tail.toBuffer(value)
    if (anchor) known.set(value[anchor] as object, { fields: names.map((name) => value[name]), bytes })
    return bytes
  }

  return (value, buffer, position) => {
    const at = head.encode(value, buffer, position)
    if (at < 0) return at
    const bytes = tailOf(value as Readonly<Record<string, unknown>>)
    if (at + bytes.length > buffer.length) return buffer.length - at - bytes.length
    bytes.copy(buffer, at)
    return at + bytes.length
  }
}
