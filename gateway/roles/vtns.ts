/** The role that talks to the VTNs named in a file, each on its own. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { startVen } from '../openadr2b/ven/start.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

const vtnsSchema = z.array(
  z.strictObject({
    /** vtnID by which the VTN calls itself. */
    vtnId: z.string().min(1),
    baseUrl: z.url(),
    venName: z.string().min(1),
  }),
)

/** No file: no VTN. Throws naming the file and the field when it is not sound. */
function readVtns(file: string): z.infer<typeof vtnsSchema> {
  if (!existsSync(file)) return []
  const parsed = vtnsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

export async function startVtnsRole({ environment, session, log }: RoleParts): Promise<RunningRole> {
  const writer = await session.writer()
  const vens = readVtns(environment.stack.vtnsFile).map((vtn) =>
    startVen({ ...vtn, writer, reader: session.reader(), clock: environment.clock, log: log.child({ vtnId: vtn.vtnId }) }),
  )
  return {
    failed: never,
    stop: async () => {
      await Promise.all(vens.map((ven) => ven.stop()))
    },
  }
}
