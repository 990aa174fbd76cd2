/** The versions of OCPP that Drover speaks, and which of them a station and we choose. */
import { dialect16 } from './v16/dialect.ts'
import { dialect201 } from './v201/dialect.ts'
import type { Dialect, OcppVersion } from './wire/dialect.ts'

export const dialects: readonly Dialect[] = [dialect16, dialect201]

/** The registered version where the station offers it, else the first that it offers and we speak. */
export function negotiate(offered: readonly string[], registered: OcppVersion | undefined): Dialect | undefined {
  const common = offered.flatMap((name) => dialects.find(({ subprotocol }) => subprotocol === name) ?? [])
  return common.find(({ version }) => version === registered) ?? common[0]
}
