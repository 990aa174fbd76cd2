/** Installs the npm packages as the lock file says, with the native Kafka client built. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './run-command.mjs'

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** True when what npm says it installed (node_modules/.package-lock.json) is what package-lock.json asks for. */
const matchesLock = (root) => {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !installed) return false
  // The root is no package, and an optional one may be meant for other machines.
  const needed = Object.entries(wanted).filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional && !entry.peer)
  return (
    needed.every(([path, entry]) => installed[path]?.version === entry.version) &&
    Object.entries(installed).every(([path, entry]) => wanted[path]?.version === entry.version)
  )
}

/** True when the native part exists and fits this Node. */
const clientLoads = (root) => spawnSync(process.execPath, ['-e', "require('node-rdkafka')"], { cwd: root }).status === 0

/** What is still to do: nothing, only the native build, or everything. */
export const packagesToDo = (root) => (!matchesLock(root) ? 'install' : clientLoads(root) ? 'nothing' : 'build')

/** npm's code for a lock file that it does not find complete. */
const INCOMPLETE_LOCK = 'EUSAGE'

/**
 * `npm ci` refuses a lock file without the optional packages for other machines, which npm leaves out when the registry at hand does not carry them.
 * A plain install takes such a file as it is, and what it installed is compared with it afterwards.
 */
const installAsLocked = async (root, run) => {
  try {
    await run('npm packages (the first time about 3 minutes, as the Kafka client is compiled)', ['ci'], 'npm-ci')
  } catch (error) {
    if (!error.message.includes(INCOMPLETE_LOCK)) throw error
    await run('npm packages, from a lock file without those for other machines', ['install', '--no-save'], 'npm-install')
  }
  if (!matchesLock(root))
    throw new Error('what npm installed differs from package-lock.json: run `npm install`, and keep the package-lock.json that it writes')
}

/** Does it; throws when the packages differ from the lock file, or the Kafka client does not load, afterwards. */
export const installPackages = async ({ root, toDo, step, quiet }) => {
  const run = (label, args, logName) =>
    runCommand({
      label: `${step} ${label}`,
      command: 'npm',
      args,
      cwd: root,
      logFile: join(root, '.drover', 'setup', `${logName}.log`),
      quiet,
    })
  if (toDo === 'install') await installAsLocked(root, run)
  if (!clientLoads(root)) await run('compiling the Kafka client (about 2 minutes)', ['rebuild', 'node-rdkafka'], 'npm-rebuild')
  if (!clientLoads(root))
    throw new Error(`node-rdkafka does not load after it was built; see ${join(root, '.drover', 'setup', 'npm-rebuild.log')}`)
}
