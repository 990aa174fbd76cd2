/** `npm run bench`: measures every row on a broker of its own, and prints one line of JSON per figure with the raw limit of the same run beside it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rows } from './rows.ts'
import type { Options, Row } from './support/row.ts'
import { openStage, type Stage } from './support/stage.ts'

const HELP = `npm run bench -- [options]: prints one line of JSON per figure; progress goes to standard error.

  --only NAME      this row alone (again for more)
  --quick          small sizes: shows that everything runs; a minute or two per row
  --devices N,N    sizes of the fleets that are dispatched to (default 5000,100000,1000000; quick 2000)
  --help           this

Rows:
${rows.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}

Fields: figure and unit; limit, what limitIs says, measured in the same run; ratio, the share of the limit that was reached
(1 = as fast as the limit); goal; met (null where no goal is set for this size); load1, the machine's load average before the row.
Each row starts a broker and a registry of its own; KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not used.`

const FULL = '5000,100000,1000000'
const QUICK = '2000'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    devices: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const startedMs = performance.now()
const log = (line: string): void =>
  void process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)

function choose(): { readonly chosen: readonly Row[]; readonly options: Options } {
  const devices = (values.devices ?? (values.quick ? QUICK : FULL)).split(',').map(Number)
  const unknown = values.only.filter((name) => !rows.some((row) => row.name === name))
  if (unknown.length > 0 || devices.some((size) => !Number.isInteger(size) || size < 1)) {
    const faults = [...unknown.map((name) => `--only: no row ${name}`), `rows are ${rows.map(({ name }) => name).join(', ')}`]
    console.error(unknown.length > 0 ? faults.join('; ') : `--devices: "${values.devices}" is no list of whole numbers`)
    process.exit(2)
  }
  const chosen = rows.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
  return { chosen, options: { quick: values.quick, devices: devices.sort((a, b) => a - b) } }
}

const { chosen, options } = choose()
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'))
let stage: { readonly name: string | null; readonly opened: Promise<Stage | null> } = { name: null, opened: Promise.resolve(null) }
let failed = 0

async function closeStage(): Promise<void> {
  const { opened } = stage
  stage = { name: null, opened: Promise.resolve(null) }
  await opened.then((open) => open?.stop()).catch(() => undefined)
}

/** The stage of the row: that of the row before, where they share one. */
async function stageFor(row: Row): Promise<Stage> {
  if (row.stage !== null && stage.name === row.stage) return (await stage.opened) as Stage
  await closeStage()
  stage = { name: row.stage, opened: row.stage === null ? Promise.resolve(null) : openStage(folder, log) }
  return (await stage.opened) as Stage
}

async function run(row: Row): Promise<void> {
  const load1 = Number((loadavg()[0] ?? 0).toFixed(2))
  if (load1 > availableParallelism())
    log(`the load is ${load1} on ${availableParallelism()} cores: the figures of ${row.name} will be worse than the machine's`)
  log(`── ${row.name}: ${row.about}`)
  try {
    await row.measure(await stageFor(row), options, (figure) => console.log(JSON.stringify({ ...figure, quick: options.quick, load1 })))
  } catch (error) {
    failed++
    log(`${row.name} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    // What a failed row leaves behind must not be measured by the next one.
    await closeStage()
  }
}

async function end(code: number): Promise<never> {
  await closeStage()
  rmSync(folder, { recursive: true, force: true })
  process.exit(code)
}

for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.once(signal, () => {
    log('stopping')
    void end(code)
  })
}
log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
)
for (const row of chosen) await run(row)
await end(failed > 0 ? 1 : 0)
