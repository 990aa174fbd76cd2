/** The role that talks to the VTNs named in a file, each on its own. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { createVenInstruments } from '../openadr2b/instruments.ts'
import { openAdr2bFields, venSettings } from '../openadr2b/settings.ts'
import { startVen } from '../openadr2b/ven/start.ts'
import { createVenInstruments as createVenInstruments3 } from '../openadr3/instruments.ts'
import { openAdr3Vtn, venOptionsOf } from '../openadr3/ven/config.ts'
import { startVen as startVen3 } from '../openadr3/ven/start.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

const openAdr2bVtn = z.strictObject({
  version: z.literal('2.0b'),
  /** vtnID by which the VTN calls itself. */
  vtnId: z.string().min(1),
  baseUrl: z.url(),
  venName: z.string().min(1),
  ...openAdr2bFields,
})

/** Entries without a version are of 2.0b. */
const withVersion = (entry: unknown): unknown =>
  typeof entry === 'object' && entry !== null && !('version' in entry) ? { version: '2.0b', ...entry } : entry

const vtnsSchema = z.array(z.preprocess(withVersion, z.discriminatedUnion('version', [openAdr2bVtn, openAdr3Vtn])))
type Vtn = z.infer<typeof vtnsSchema>[number]

/** No file: no VTN. Throws naming the file and the field when it is not sound. */
export function readVtns(file: string): readonly Vtn[] {
  if (!existsSync(file)) return []
  const parsed = vtnsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

export async function startVtnsRole({ environment, session, log, registry }: RoleParts): Promise<RunningRole> {
  const writer = await session.writer()
  const instruments = createVenInstruments(registry)
  const instruments3 = createVenInstruments3(registry)
  const { clock, stack } = environment
  const vens = readVtns(stack.vtnsFile).map((vtn) => {
    const parts = { writer, reader: session.follower(), clock, log: log.child({ vtnId: vtn.vtnId }) }
    if (vtn.version !== '2.0b') return startVen3({ ...venOptionsOf(vtn, dirname(stack.vtnsFile)), ...parts, instruments: instruments3 })
    const { vtnId, baseUrl, venName } = vtn
    return startVen({ vtnId, baseUrl, venName, ...venSettings(vtn), ...parts, instruments })
  })
  return {
    failed: never,
    stop: async () => {
      await Promise.all(vens.map((ven) => ven.stop()))
    },
  }
}
