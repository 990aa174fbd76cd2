/** The house: imports go one way, pure files stay pure, files stay small, and only main files read the environment. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['schemas', 'topics', 'processors', 'connectors', 'gateway', 'deploy', 'test']

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

const sources = folders.flatMap(filesBelow).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
const product = sources.filter(({ file }) => !file.startsWith('test/'))

function importsOf({ file, text }: { file: string; text: string }): readonly string[] {
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target]) => relative(root, join(root, dirname(file), target ?? '')))
}

/** Which rooms a room may import from; a file belongs to the first row that it starts with. */
const layers: readonly (readonly [string, readonly string[]])[] = [
  ['schemas/release.ts', ['schemas/', 'topics/']],
  ['schemas/', ['schemas/']],
  ['topics/', ['schemas/', 'topics/']],
  ['processors/topology.ts', ['schemas/', 'topics/', 'processors/', 'connectors/', 'gateway/']],
  ['processors/print-topology.ts', ['processors/']],
  ['processors/', ['schemas/', 'topics/', 'processors/']],
  ['connectors/', ['schemas/', 'topics/', 'processors/', 'connectors/']],
  ['gateway/cli/code-version.ts', ['package.json']],
  ['gateway/', ['schemas/', 'topics/', 'processors/', 'connectors/', 'gateway/', 'deploy/']],
  ['deploy/', ['schemas/', 'topics/', 'processors/', 'connectors/', 'gateway/', 'deploy/']],
]

describe('imports', () => {
  test('go one way', () => {
    const wrong = product.flatMap((source) => {
      const allowed = layers.find(([prefix]) => source.file.startsWith(prefix))?.[1] ?? []
      return importsOf(source)
        .filter((target) => !allowed.some((prefix) => target.startsWith(prefix)))
        .map((target) => `${source.file} -> ${target}`)
    })
    expect(wrong).toEqual([])
  })

  test('nothing in the product imports a test', () => {
    expect(product.filter((source) => importsOf(source).some((target) => target.startsWith('test/'))).map(({ file }) => file)).toEqual([])
  })
})

describe('purity', () => {
  const pure = product.filter(({ file }) => /(^|\/)(decide|plan|render|decode|fold)[^/]*\.ts$/.test(file) || file === 'topics/catalogue.ts')
  const impure = /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bconsole\.|\bawait\b|from 'node:(?!crypto)/

  test('decisions see no clock, no chance, no machine', () => {
    expect(pure.length).toBeGreaterThan(0)
    expect(pure.filter(({ text }) => impure.test(text)).map(({ file }) => file)).toEqual([])
  })

  test('only main files read the environment', () => {
    const reads = product.filter(({ text }) => /process\.env/.test(text)).map(({ file }) => file)
    expect(reads.filter((file) => !/(^|\/)main\.ts$|\.mjs$|(^|\/)environment\.ts$/.test(file))).toEqual([])
  })
})

describe('size', () => {
  const lines = ({ text }: { text: string }) => text.split('\n').length

  test('no file is over 300 lines', () => {
    expect(sources.filter((source) => lines(source) > 300).map((source) => `${source.file}: ${lines(source)}`)).toEqual([])
  })

  test('the median file of the product is under 70 lines', () => {
    const sorted = product.map(lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(70)
  })

  test('every file says in its first line what it answers for', () => {
    const silent = sources.filter(({ file, text }) => file.endsWith('.ts') && !/^(#!.*\n)?\/\*\*/.test(text)).map(({ file }) => file)
    expect(silent).toEqual([])
  })
})
