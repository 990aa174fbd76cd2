/** A list as a resource: its attributes, and a page of its members. */
import { type Member, pageOf } from '../resources/page.ts'
import type { Fields } from '../xml/write.ts'
import type { Shown } from './exchange.ts'

export interface List {
  /** Name of the root, and of each member. */
  readonly name: string
  readonly of: string
  readonly attributes: Fields
  readonly members: readonly Member[]
}

export const showList = ({ name, of, attributes, members }: List, query: URLSearchParams): Shown => ({
  name,
  fields: { ...attributes, ...pageOf(of, members, query) },
})
