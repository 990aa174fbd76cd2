/** Knows where set-up puts the jars of the broker and the registry, and whether they are there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Versions = { readonly kafka: string; readonly registry: string; readonly kafkaImage: string; readonly registryImage: string }

/** The one place that says which broker and which registry run locally. */
export const versions = JSON.parse(readFileSync(new URL('./versions.json', import.meta.url), 'utf8')) as Versions

/** The folder of this checkout. */
export const checkoutDir = fileURLToPath(new URL('../..', import.meta.url))

/** Where downloads are kept: `DROVER_CACHE`, or `.drover/cache` in the checkout. */
export const cacheDirOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env.DROVER_CACHE || join(checkoutDir, '.drover', 'cache')

/** Folder of the broker's jars. */
export const kafkaDir = (cacheDir: string): string => join(cacheDir, `kafka-${versions.kafka}`)

/** Folder of the unpacked registry. */
export const registryDir = (cacheDir: string): string => join(cacheDir, `apicurio-registry-${versions.registry}`)

/** The registry's runnable jar. */
export const registryJar = (cacheDir: string): string =>
  join(registryDir(cacheDir), `apicurio-registry-app-${versions.registry}-runner.jar`)

/** Set-up leaves `complete.json` in a folder when everything in it has been checked. */
export const isComplete = (dir: string): boolean => existsSync(join(dir, 'complete.json'))

/** Throws unless set-up has filled the folder. */
export const requireComplete = (dir: string, what: string): void => {
  if (!isComplete(dir)) throw new Error(`${what} is not in ${dir}: run \`node deploy/setup.mjs\` first`)
}
