/** Reads the bytes of one XML document, with bounds on everything that a hostile peer could make grow. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { badFormat } from '../refusal.ts'
import { decodeEntities } from './entities.ts'
import { prefixOf, SEP, XSI } from './namespaces.ts'
import type { Document, Tree } from './tree.ts'

/** The deepest document that we take, a list of usage points with reading sets, has 8. */
const MAX_DEPTH = 16
/** A short tag takes a hundred times its bytes in memory. */
const MAX_TAGS = 40_000
const ATTRIBUTES = ':@'

type Node = Readonly<Record<string, unknown>>
/** Namespaces by prefix; the default one has the prefix ''. */
type Scope = ReadonlyMap<string, string>

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  processEntities: false,
  htmlEntities: false,
  parseTagValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_DEPTH,
})

/** Throws a Refusal where the bytes are no well-formed document of 2030.5 in UTF-8, or have a document type. */
export function parseDocument(bytes: Uint8Array): Document {
  const source = decodeUtf8(bytes)
  // Refused even inside a comment: no message needs the word, and a scan cannot be fooled.
  if (/<!DOCTYPE|<!ENTITY/i.test(source)) throw badFormat('a document type declaration is refused')
  if (countTags(source) > MAX_TAGS) throw badFormat(`more than ${MAX_TAGS} tags`)
  const validity = XMLValidator.validate(source)
  if (validity !== true) throw badFormat(`no well-formed XML (line ${validity.err.line}): ${validity.err.msg}`)
  const roots = parseNodes(source).filter((node) => !nameOf(node).startsWith('#'))
  const [root] = roots
  if (root === undefined || roots.length > 1) throw badFormat(`one root element is needed, not ${roots.length}`)
  return toDocument(root)
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badFormat('the bytes are not UTF-8')
  }
}

function countTags(source: string): number {
  let count = 0
  for (let at = source.indexOf('<'); at >= 0 && count <= MAX_TAGS; at = source.indexOf('<', at + 1)) count += 1
  return count
}

function parseNodes(source: string): readonly Node[] {
  try {
    return parser.parse(source) as readonly Node[]
  } catch (error) {
    throw badFormat(`no readable XML: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function toDocument(root: Node): Document {
  const scope = scopeWithin(new Map(), root)
  const { namespace, local } = resolve(nameOf(root), scope)
  if (namespace !== SEP) throw badFormat(`the root is in the namespace '${namespace}', not in ${SEP}`, local)
  const type = Object.entries(attributesOf(root)).find(([name]) => isXsiType(name, scope))?.[1]
  return { name: local, type: type?.replace(/^.*:/, '') ?? local, value: toTree(root, scope) }
}

function isXsiType(name: string, scope: Scope): boolean {
  const [prefix = '', local] = name.split(':')
  return local === 'type' && scope.get(prefix) === XSI
}

function toTree(node: Node, scope: Scope): Tree {
  const children = node[nameOf(node)] as readonly Node[]
  const elements = children.filter((child) => !nameOf(child).startsWith('#'))
  if (elements.length === 0) return decodeEntities(children.map((child) => String(child['#text'] ?? '')).join(''))
  const branch: Record<string, Tree> = Object.create(null)
  for (const element of elements) add(branch, element, scopeWithin(scope, element))
  return branch
}

/** Elements of unknown namespaces are extensions of others, and left out. */
function add(branch: Record<string, Tree>, element: Node, scope: Scope): void {
  const { namespace, local } = resolve(nameOf(element), scope)
  const prefix = prefixOf(namespace)
  if (prefix === undefined) return
  const name = `${prefix}${local}`
  const known = branch[name]
  const tree = toTree(element, scope)
  if (known === undefined) branch[name] = tree
  else if (isMany(known)) (known as Tree[]).push(tree)
  else branch[name] = [known, tree]
}

const isMany = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree)

function scopeWithin(scope: Scope, node: Node): Scope {
  const declared = Object.entries(attributesOf(node)).flatMap(([name, value]): [string, string][] => {
    if (name === 'xmlns') return [['', value]]
    return name.startsWith('xmlns:') ? [[name.slice(6), value]] : []
  })
  return declared.length === 0 ? scope : new Map([...scope, ...declared])
}

function resolve(name: string, scope: Scope): { namespace: string; local: string } {
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? '' : name.slice(0, colon)
  return { namespace: scope.get(prefix) ?? '', local: name.slice(colon + 1) }
}

const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ATTRIBUTES) ?? ''
const attributesOf = (node: Node): Readonly<Record<string, string>> => (node[ATTRIBUTES] ?? {}) as Record<string, string>
