/** A parent that tests kill: starts a stubborn child, says so, and lives until it is killed; with `stopping` it is in the middle of stopping it. */
import { startChild } from '../../../deploy/local/child.ts'

const [logFile = '', mode] = process.argv.slice(2)
const child = await startChild({
  name: 'stubborn',
  command: '/bin/sh',
  args: ['-c', `trap 'echo asked to stop' TERM; sleep 1000 & echo "pids $$ $!"; while :; do wait; done`],
  logFile,
  ready: { line: /^pids \d+ \d+$/m },
  timeLimitMs: 20_000,
  graceMs: 600_000,
})
if (mode === 'stopping') void child.stop()
console.log('ready')
setInterval(() => {}, 1000)
