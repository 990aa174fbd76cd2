/** Tests what set-up says on machines that lack something, and that it neither trusts a damaged cache nor repeats work. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkoutDir, versions } from '../../deploy/local/cache.ts'

let root: string
let bin: string
let cacheDir: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drover-setup-'))
  bin = join(root, 'bin')
  cacheDir = join(root, 'cache')
  mkdirSync(bin)
  cpSync(join(checkoutDir, 'deploy'), join(root, 'deploy'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, 'node_modules/node-rdkafka': { version: '1.0.0' } } }),
  )
})
afterEach(() => rmSync(root, { recursive: true }))

/** Puts a command on the machine that set-up sees: its PATH holds nothing else. */
const command = (name: string, script: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}

const file = (path: string, text: string): void => {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
}

const installedPackages = (): void => {
  const modules = join(root, 'node_modules')
  file(join(modules, '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/node-rdkafka': { version: '1.0.0' } } }))
  file(join(modules, 'node-rdkafka', 'index.js'), '')
}

const fetchedJars = (): void => {
  for (const dir of [`kafka-${versions.kafka}`, `apicurio-registry-${versions.registry}`]) {
    file(join(cacheDir, dir, 'lib', 'some.jar'), '12345')
    file(join(cacheDir, dir, 'complete.json'), JSON.stringify({ 'lib/some.jar': 5 }))
  }
}

const setUp = (env: Record<string, string> = {}, args: string[] = []): { code: number | null; text: string } => {
  const result = spawnSync(process.execPath, [join(root, 'deploy', 'setup.mjs'), ...args], {
    env: { PATH: bin, DROVER_CACHE: cacheDir, ...env },
    encoding: 'utf8',
  })
  return { code: result.status, text: result.stdout + result.stderr }
}

test('everything that a bare machine lacks is listed at once', () => {
  const { code, text } = setUp()
  expect(code).toBe(1)
  for (const item of ['npm', 'a C++ compiler', 'make', 'python3', 'something to run Kafka']) expect(text).toContain(`  - ${item}`)
  expect(text).toContain('apt-get install build-essential')
  expect(text).toContain('there is no Java, there is no Maven, and there is no Docker')
  expect(text).not.toContain('  - Node')
})

test('only what is lacking is listed', () => {
  for (const name of ['npm', 'g++', 'python3', 'mvn']) command(name, 'exit 0')
  command('java', `echo 'openjdk version "11.0.2" 2019-01-15' >&2`)
  command('docker', '[ "$1" = --version ]')
  const { code, text } = setUp()
  expect(code).toBe(1)
  expect(text).toContain('  - make')
  for (const item of ['npm', 'a C++ compiler', 'python3']) expect(text).not.toContain(`  - ${item}`)
  expect(text).toContain('Java is only version 11, Maven is there, and Docker is installed but does not answer')
})

test('with servers given, and packages installed, nothing else is asked for', () => {
  installedPackages()
  const { code, text } = setUp({ KAFKA_BROKERS: 'kafka:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081' })
  expect({ code, text }).toEqual({ code: 0, text: 'set-up: nothing to do\n' })
})

test('a second run does nothing, and with --quiet says nothing', () => {
  installedPackages()
  fetchedJars()
  command('java', `echo 'openjdk version "21.0.1" 2023-10-17' >&2`)
  expect(setUp()).toEqual({ code: 0, text: 'set-up: nothing to do\n' })
  expect(setUp({}, ['--quiet'])).toEqual({ code: 0, text: '' })
})

test('a damaged jar is noticed, and a failing download told with its output', () => {
  installedPackages()
  fetchedJars()
  command('java', `echo 'openjdk version "17.0.15" 2025-04-15' >&2`)
  command('mvn', '[ "$1" = --version ] || { echo "[ERROR] Could not transfer artifact"; exit 1; }')
  truncateSync(join(cacheDir, `kafka-${versions.kafka}`, 'lib', 'some.jar'), 3)
  const { code, text } = setUp()
  expect(code).toBe(1)
  expect(text).toContain(`set-up 1/1: Kafka ${versions.kafka}`)
  expect(text).toContain('exit code 1')
  expect(text).toContain('[ERROR] Could not transfer artifact')
})

test('packages that differ from the lock file are installed again, and a client that does not load is an error', () => {
  installedPackages()
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/node-rdkafka': { version: '2.0.0' } } }))
  writeFileSync(join(root, 'node_modules', 'node-rdkafka', 'index.js'), 'throw new Error("no binding")')
  for (const name of ['g++', 'make', 'python3']) command(name, 'exit 0')
  command('npm', 'echo "npm $*"')
  const { code, text } = setUp({ KAFKA_BROKERS: 'kafka:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081' })
  expect(code).toBe(1)
  expect(text).toContain('set-up 1/1: npm packages')
  expect(text).toContain('set-up 1/1: compiling the Kafka client')
  expect(text).toContain('node-rdkafka does not load after it was built')
})

test('an old Node is told which one is needed', () => {
  installedPackages()
  const preload = join(root, 'old-node.cjs')
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`)
  const { code, text } = setUp({ NODE_OPTIONS: `--require ${preload}`, KAFKA_BROKERS: 'k:1', SCHEMA_REGISTRY_URL: 'http://r' })
  expect(code).toBe(1)
  expect(text).toContain('  - Node 20.19 or newer; this is 20.18.3')
})

test('the lock of a set-up that was killed is taken over', () => {
  installedPackages()
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  file(join(root, '.drover', 'setup.lock'), String(dead))
  expect(setUp({ KAFKA_BROKERS: 'k:1', SCHEMA_REGISTRY_URL: 'http://r' }).code).toBe(0)
})
