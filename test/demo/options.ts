/** The demo's options, with --help. */
import { Command, Option } from 'commander'

export interface DemoOptions {
  readonly devices: number
  /** Chargers alone, or all four kinds of devices. */
  readonly fleet: 'mixed' | 'chargers'
  readonly rate: number
  readonly seed: number
  readonly json: boolean
  readonly data: string
}

/** Clients of IEEE 2030.5 and clouds are polled, which costs two cores more than chargers that report by themselves. */
const RATES: Readonly<Record<DemoOptions['fleet'], number>> = { chargers: 60, mixed: 30 }

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0) throw new Error(`--${name}: "${text}" is not a positive whole number`)
  return value
}

export function readOptions(args: readonly string[]): DemoOptions {
  const command = new Command('npm run demo --')
    .description('A utility, a fleet and the whole of Drover on this machine: one event from signal to settlement.')
    .option('--devices <n>', 'devices of the fleet', '5000')
    .addOption(
      new Option('--fleet <kind>', "chargers by OCPP 1.6J; or mixed: with OCPP 2.0.1, IEEE 2030.5, and vendors' clouds")
        .choices(['chargers', 'mixed'])
        .default('chargers'),
    )
    .option('--rate <n>', `simulated seconds to a real one (default: ${RATES.chargers} with chargers, ${RATES.mixed} with a mixed fleet)`)
    .option('--seed <n>', 'draws the fleet, its load and its faults', '7')
    .option('--data <folder>', 'data folder, emptied first', '.drover/demo')
    .option('--json', 'end with one line of JSON')
    .parse([...args], { from: 'user' })
  const given = command.opts<Record<'devices' | 'seed' | 'data', string> & Pick<DemoOptions, 'fleet'> & { rate?: string; json?: boolean }>()
  return {
    devices: positive('devices', given.devices),
    fleet: given.fleet,
    rate: positive('rate', given.rate ?? String(RATES[given.fleet])),
    seed: positive('seed', given.seed),
    json: given.json === true,
    data: given.data,
  }
}
