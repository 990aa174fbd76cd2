/** The lines of a node, one for each credential that has an entry; they outlive changes of what partitions the node works. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { CloudAdapter } from './adapter.ts'
import type { CredentialFolder } from './credentials/files.ts'
import type { CloudDevice } from './device.ts'
import type { CloudInstruments } from './instruments.ts'
import type { ExchangeLimits } from './line/exchange.ts'
import { type Line, openLine } from './line/line.ts'

export interface Lines {
  /** undefined: the credential has no sound entry, or is one of another vendor. */
  of(device: CloudDevice): Line | undefined
  /** Reads the folder again. `sound`: how many entries are; `changed`: others than before. */
  refresh(): Promise<{ readonly sound: number; readonly changed: boolean }>
  /** What messages of the vendor to us are signed with; undefined: none are taken. */
  webhookSecretOf(credential: string): string | undefined
}

export interface LinesOptions {
  readonly adapters: ReadonlyMap<string, CloudAdapter>
  readonly folder: CredentialFolder
  readonly clock: Clock
  readonly limits: ExchangeLimits
  readonly instruments: CloudInstruments
  readonly share: () => number
  readonly onFree: (credential: string) => void
  readonly log: (line: string) => void
}

export function createLines(options: LinesOptions): Lines {
  const { adapters, folder, onFree, log } = options
  const vendors = new Map<string, string>()
  const secrets = new Map<string, string>()
  const lines = new Map<string, Line>()
  /** What was said last, so that a fault is said once. */
  let said = ''

  /** All faults at once. */
  function say(faults: readonly string[]): void {
    const words = faults.join('\n')
    if (words !== said && words !== '') log(`credentials: ${words}`)
    said = words
  }

  return {
    webhookSecretOf: (credential) => secrets.get(credential),
    async refresh() {
      const faults: string[] = []
      const found = new Map<string, string>()
      const signed = new Map<string, string>()
      for (const name of await folder.names()) {
        try {
          const { vendor, webhookSecret } = await folder.read(name)
          if (!adapters.has(vendor)) continue
          found.set(name, vendor)
          if (webhookSecret !== undefined) signed.set(name, webhookSecret)
        } catch (error) {
          faults.push(error instanceof Error ? error.message : String(error))
        }
      }
      const before = JSON.stringify([...vendors])
      vendors.clear()
      for (const [name, vendor] of found) vendors.set(name, vendor)
      secrets.clear()
      for (const [name, secret] of signed) secrets.set(name, secret)
      say(faults)
      return { sound: found.size, changed: JSON.stringify([...vendors]) !== before }
    },
    of(device) {
      const { credential, vendor, attributes } = device
      const adapter = adapters.get(vendor)
      if (!adapter || vendors.get(credential) !== vendor) return undefined
      const known = lines.get(credential)
      if (known) return known
      const declaration = adapter.declare(attributes)
      const line = openLine({ ...options, name: credential, adapter, declaration, onFree: () => onFree(credential) })
      lines.set(credential, line)
      return line
    },
  }
}
