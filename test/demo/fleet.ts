/** The demo's fleet: chargers alone, or all four kinds, with the misbehaviour that fleets have; and the papers that Drover needs to reach them. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Stack } from '../../gateway/cli/stack-file.ts'
import { certify } from '../../gateway/sep2/local-authority.ts'
import { readSep2Settings } from '../../gateway/sep2/settings.ts'
import { chargers } from '../fleet/mixed/chargers.ts'
import { type Consent, inverters, thermostats } from '../fleet/mixed/clouds.ts'
import { type DerOptions, ders } from '../fleet/mixed/ders.ts'
import { type MixedFleet, mixFleet } from '../fleet/mixed/fleet.ts'
import { KINDS, type Kind } from '../fleet/mixed/part.ts'
import { writeCredential } from '../support/credentials.ts'
import type { DemoClock } from './clock.ts'
import { sharedPassword } from './drover.ts'
import type { DemoOptions } from './options.ts'

/** Thousandths of a mixed fleet; chargers are the rest. */
const SHARES: Readonly<Record<Exclude<Kind, 'charger'>, number>> = { der: 100, inverter: 50, thermostat: 150 }
const PREFIXES: Readonly<Record<Kind, string>> = { charger: 'CP', der: 'DER', inverter: 'INV', thermostat: 'TH' }
/** Of devices with a line of their own. */
const FAULTS = { absent: 0.02, returns: 0.02, rejects: 0.01, notSupported: 0.01, ignores: 0.01, late: 0.02, doubles: 0.03 }
/** Values that come hours later, or never, would keep the demo waiting; tests of the clouds have them. */
const CLOUD_FAULTS = { rejects: 0.01, ignores: 0.01, leaves: 0.02 }
const POST_S = 900
const POLL_RATE_S = 900

export function countsOf({ devices, fleet }: Pick<DemoOptions, 'devices' | 'fleet'>): Readonly<Record<Kind, number>> {
  const share = (kind: keyof typeof SHARES): number => (fleet === 'mixed' ? Math.round((devices * SHARES[kind]) / 1000) : 0)
  const [der, inverter, thermostat] = [share('der'), share('inverter'), share('thermostat')]
  return { charger: devices - der - inverter - thermostat, der, inverter, thermostat }
}

async function certificatesOf({ sep2File }: Stack, ids: readonly string[]): Promise<DerOptions['certificates']> {
  const certificates = new Map<string, { cert: string; key: string; lfdi: string }>()
  for (const id of ids) {
    const { certFile, keyFile, lfdi } = await certify(sep2File, id, join(dirname(sep2File), 'clients'))
    certificates.set(id, { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), lfdi })
  }
  return certificates
}

function writeConsents(folder: string, consents: readonly Consent[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { name, credential } of consents) writeCredential(folder, name, credential)
}

/** Resolves when the vendors' clouds listen; devices that speak first do so from `start()` on. */
export async function makeFleet(options: DemoOptions, clock: DemoClock, stack: Stack): Promise<MixedFleet> {
  const counts = countsOf(options)
  const of = (kind: Kind) => ({
    devices: counts[kind],
    seed: options.seed,
    clock,
    idOf: (index: number) => `${PREFIXES[kind]}-${String(index).padStart(6, '0')}`,
  })
  const idsOf = (kind: Kind): string[] => Array.from({ length: counts[kind] }, (_, index) => of(kind).idOf(index))
  const parts = {
    charger: chargers({
      ...of('charger'),
      url: stack.ocppUrl,
      password: sharedPassword(stack.stationsFile),
      mix: { ...FAULTS, drops: 0.02, ocpp201: options.fleet === 'mixed' ? 0.3 : 0 },
    }),
    der: ders({
      ...of('der'),
      url: stack.sep2Url,
      ca: readFileSync(readSep2Settings(stack.sep2File).caFile, 'utf8'),
      certificates: await certificatesOf(stack, idsOf('der')),
      mix: { ...FAULTS, batches: 0.02, kinds: ['battery', 'load'] },
      postS: POST_S,
      pollRateS: POLL_RATE_S,
    }),
    inverter: await inverters({ ...of('inverter'), mix: CLOUD_FAULTS }),
    thermostat: await thermostats({ ...of('thermostat'), mix: CLOUD_FAULTS }),
  }
  const clouds = [parts.inverter, parts.thermostat].filter((part) => part.ids().length > 0)
  writeConsents(
    stack.credentialsDir,
    clouds.map(({ consent }) => consent),
  )
  return mixFleet(Object.fromEntries(KINDS.filter((kind) => counts[kind] > 0).map((kind) => [kind, parts[kind]])))
}
