/** Tests what set-up says on machines that lack something, and that it neither trusts a damaged cache nor repeats work. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkoutDir, versions } from '../../deploy/local/cache.ts'

const givenServers = { KAFKA_BROKERS: 'kafka:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081' }

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
  const { code, text } = setUp(givenServers)
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

/** The lock file asks for a newer client than is installed, and `npm` is the given script. */
const outdatedPackages = (npm: string): void => {
  installedPackages()
  const packages = {
    'node_modules/node-rdkafka': { version: '2.0.0' },
    'node_modules/for-other-machines': { version: '1.0.0', optional: true },
  }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }))
  for (const name of ['g++', 'make', 'python3']) command(name, 'exit 0')
  command('npm', `case "$*" in --version) ;; ${npm} *) echo "unexpected: npm $*"; exit 1 ;; esac`)
}
const INSTALLS = `sed 's/1.0.0/2.0.0/' node_modules/.package-lock.json > new; mv new node_modules/.package-lock.json`

/** The tools that the scripts above use, beside those that set-up sees. */
const setUpWithTools = (): ReturnType<typeof setUp> => setUp({ ...givenServers, PATH: `${bin}:/usr/bin:/bin` })

test('packages that differ from the lock file are installed again, once', () => {
  outdatedPackages(`ci) ${INSTALLS} ;;`)
  const { code, text } = setUpWithTools()
  expect(text).toContain('set-up 1/1: npm packages')
  expect(code).toBe(0)
  expect(setUpWithTools()).toEqual({ code: 0, text: 'set-up: nothing to do\n' })
})

test('a lock file that npm ci finds incomplete is installed from all the same, but not departed from', () => {
  const refusal = 'ci) echo "npm error code EUSAGE"; exit 1 ;;'
  outdatedPackages(`${refusal} "install --no-save") ;;`)
  expect(setUpWithTools().text).toContain('what npm installed differs from package-lock.json')
  outdatedPackages(`${refusal} "install --no-save") ${INSTALLS} ;;`)
  expect(setUpWithTools().code).toBe(0)
})

test('a failing npm is told with its output', () => {
  outdatedPackages('ci) echo "npm error network"; exit 1 ;;')
  const { code, text } = setUpWithTools()
  expect(code).toBe(1)
  expect(text).toContain('npm error network')
})

test('a client that does not load is compiled again, and if that does not help it is an error', () => {
  outdatedPackages(`ci) ${INSTALLS} ;; "rebuild node-rdkafka") ;;`)
  writeFileSync(join(root, 'node_modules', 'node-rdkafka', 'index.js'), 'throw new Error("no binding")')
  const { code, text } = setUpWithTools()
  expect(code).toBe(1)
  expect(text).toContain('set-up 1/1: compiling the Kafka client')
  expect(text).toContain('node-rdkafka does not load after it was built')
})

test('an old Node is told which one is needed', () => {
  installedPackages()
  const preload = join(root, 'old-node.cjs')
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`)
  const { code, text } = setUp({ NODE_OPTIONS: `--require ${preload}`, ...givenServers })
  expect(code).toBe(1)
  expect(text).toContain('  - Node 20.19 or newer; this is 20.18.3')
})

test('the lock of a set-up that was killed is taken over', () => {
  installedPackages()
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  file(join(root, '.drover', 'setup.lock'), String(dead))
  expect(setUp(givenServers).code).toBe(0)
})
