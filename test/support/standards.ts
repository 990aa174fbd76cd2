/** Finds the public schema files, which do not belong to the project: in the folder that DROVER_STANDARDS names, else beside the checkout. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Path of a file such as `openadr-2.0b/oadr_20b.xsd`; undefined = not here. */
export const standardFile = (name: string): string | undefined =>
  [process.env.DROVER_STANDARDS, '../shared/standards']
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
