/** Turns the bytes of one XML document into a tree of named elements, and refuses what a hostile or broken peer may send. */

import { type X2jOptions, XMLParser, XMLValidator } from 'fast-xml-parser'
import { MAX_TAGS } from '../limits.ts'
import { WireError } from '../wire-error.ts'
import { decodeEntities } from './entities.ts'

/** One element: local name (prefix dropped), path from the root, own text with references replaced, child elements in document order. */
export type Element = {
  readonly name: string
  readonly path: string
  readonly text: string
  readonly children: readonly Element[]
}

type Node = Readonly<Record<string, unknown>>

const cdata = '#cdata'
const maxDepth = 64
/** How documents are read; the bench reads the same bytes so, and makes nothing of them. */
export const parserOptions: X2jOptions = {
  preserveOrder: true,
  removeNSPrefix: true,
  ignoreAttributes: true,
  processEntities: false,
  htmlEntities: false,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: cdata,
  maxNestedTags: maxDepth,
  // The place of each tag as a string would be made for every one of them, and nobody asks for it.
  jPath: false,
  // Blanks between elements are half of the nodes of an indented document.
  tagValueProcessor: (_name, value, _place, _hasAttributes, isLeaf) => (isLeaf || value.trim() !== '' ? value : ''),
}
const parser = new XMLParser(parserOptions)

/** The root element of a UTF-8 document of at most `maxBytes`; a WireError with path `document` where it is not well-formed, too long, or has a DTD. */
export const parseXml = (bytes: Uint8Array, maxBytes: number): Element => {
  if (bytes.byteLength > maxBytes) refuse(`${bytes.byteLength} bytes are more than the ${maxBytes} allowed`)
  const source = decodeUtf8(bytes)
  // Refused even inside a comment: no OpenADR message needs the word, and a scan cannot be fooled.
  if (/<!DOCTYPE|<!ENTITY/i.test(source)) refuse('a document type declaration is refused')
  if (countTags(source) > MAX_TAGS) refuse(`more than the ${MAX_TAGS} tags allowed`)
  const validity = XMLValidator.validate(source)
  if (validity !== true) refuse(`not well-formed XML (line ${validity.err.line}, column ${validity.err.col}): ${validity.err.msg}`)
  const roots = parseNodes(source).filter((node) => nameOf(node) !== '#text')
  const [root] = roots
  if (root === undefined || roots.length > 1) return refuse(`one root element is needed, found ${roots.length}`)
  return toElement(root, nameOf(root))
}

/** The bytes are counted before the tree is built: a short tag takes a hundred times its bytes in memory. */
function countTags(source: string): number {
  let count = 0
  for (let at = source.indexOf('<'); at >= 0 && count <= MAX_TAGS; at = source.indexOf('<', at + 1)) count++
  return count
}

const refuse = (problem: string): never => {
  throw new WireError('document', problem)
}

const decodeUtf8 = (bytes: Uint8Array): string => {
  let source: string
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('the bytes are not UTF-8')
  }
  const encoding = /^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(source)?.[1]
  if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) refuse(`the encoding '${encoding}' is not read; send UTF-8`)
  return source
}

const parseNodes = (source: string): readonly Node[] => {
  try {
    return parser.parse(source) as readonly Node[]
  } catch (cause) {
    return refuse(`not readable XML: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const nameOf = (node: Node): string => Object.keys(node)[0] ?? ''

const toElement = (node: Node, path: string): Element => {
  const name = nameOf(node)
  const elements: Node[] = []
  let text = ''
  for (const child of node[name] as readonly Node[])
    if (nameOf(child).startsWith('#')) text += textOf(child, path)
    else elements.push(child)
  return { name, path, text, children: numbered(elements, path) }
}

/** Only names that stand several times among siblings are numbered; counting goes by name, as documents have long lists of one. */
const numbered = (nodes: readonly Node[], parentPath: string): readonly Element[] => {
  const names = nodes.map(nameOf)
  const repeated = nodes.length > 1 && new Set(names).size < nodes.length ? countsOf(names) : undefined
  const seen = new Map<string, number>()
  return nodes.map((node, index) => {
    const name = names[index] ?? ''
    if ((repeated?.get(name) ?? 0) < 2) return toElement(node, `${parentPath}/${name}`)
    const position = (seen.get(name) ?? 0) + 1
    seen.set(name, position)
    return toElement(node, `${parentPath}/${name}[${position}]`)
  })
}

function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const textOf = (node: Node, path: string): string => {
  if ('#text' in node) return decodeEntities(String(node['#text']), path)
  const [inner] = (node[cdata] ?? []) as readonly Node[]
  return inner === undefined ? '' : String(inner['#text'])
}
