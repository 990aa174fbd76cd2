/** A document as plain values: a leaf is its text, an element its children by name, a list where a name stands several times. */

export type Tree = string | Branch | readonly Tree[]
export interface Branch {
  readonly [name: string]: Tree
}

export interface Document {
  /** Local name of the root. */
  readonly name: string
  /** What xsi:type says that the root is; its name where it says nothing. */
  readonly type: string
  readonly value: Tree
}
