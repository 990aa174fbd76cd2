/** The role that talks to the VTNs named in a file, each on its own. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { createVenInstruments } from '../openadr2b/instruments.ts'
import { openAdr2bFields, venSettings } from '../openadr2b/settings.ts'
import { startVen } from '../openadr2b/ven/start.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

const vtnsSchema = z.array(
  z.strictObject({
    /** vtnID by which the VTN calls itself. */
    vtnId: z.string().min(1),
    baseUrl: z.url(),
    venName: z.string().min(1),
    ...openAdr2bFields,
  }),
)

/** No file: no VTN. Throws naming the file and the field when it is not sound. */
function readVtns(file: string): z.infer<typeof vtnsSchema> {
  if (!existsSync(file)) return []
  const parsed = vtnsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

export async function startVtnsRole({ environment, session, log, registry }: RoleParts): Promise<RunningRole> {
  const writer = await session.writer()
  const instruments = createVenInstruments(registry)
  const vens = readVtns(environment.stack.vtnsFile).map((vtn) => {
    const { vtnId, baseUrl, venName } = vtn
    const parts = { writer, reader: session.reader(), clock: environment.clock, log: log.child({ vtnId }), instruments }
    return startVen({ vtnId, baseUrl, venName, ...venSettings(vtn), ...parts })
  })
  return {
    failed: never,
    stop: async () => {
      await Promise.all(vens.map((ven) => ven.stop()))
    },
  }
}
