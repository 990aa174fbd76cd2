/** The demo's options, with --help. */
import { Command, InvalidArgumentError, Option } from 'commander'

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

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('It must be a positive whole number.')
  return value
}

export function readOptions(args: readonly string[]): DemoOptions {
  const command = new Command('npm run demo --')
    .description('A utility, a fleet and the whole of Drover on this machine: one event from signal to settlement.')
    .option('--devices <n>', 'devices of the fleet', positive, 5000)
    .addOption(
      new Option('--fleet <kind>', "chargers by OCPP 1.6J; or mixed: with OCPP 2.0.1, IEEE 2030.5, and vendors' clouds")
        .choices(['chargers', 'mixed'])
        .default('chargers'),
    )
    .option(
      '--rate <n>',
      `simulated seconds to a real one (default: ${RATES.chargers} with chargers, ${RATES.mixed} with a mixed fleet)`,
      positive,
    )
    .option('--seed <n>', 'draws the fleet, its load and its faults', positive, 7)
    .option('--data <folder>', 'data folder of an earlier demo, which is emptied, or a new one', '.drover/demo')
    .option('--json', 'end with one line of JSON')
    .parse([...args], { from: 'user' })
  const given = command.opts<Pick<DemoOptions, 'devices' | 'seed' | 'data' | 'fleet'> & { rate?: number; json?: boolean }>()
  return {
    devices: given.devices,
    fleet: given.fleet,
    rate: given.rate ?? RATES[given.fleet],
    seed: given.seed,
    json: given.json === true,
    data: given.data,
  }
}
