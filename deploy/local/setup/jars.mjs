/** Fetches the broker and the registry from Maven Central into the cache, each folder complete or absent. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './run-command.mjs'

const local = fileURLToPath(new URL('..', import.meta.url))
export const versions = JSON.parse(readFileSync(join(local, 'versions.json'), 'utf8'))

const MAVEN_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin'
const COPY_JARS = `${MAVEN_PLUGIN}:3.8.1:copy-dependencies`
// Later versions of the plugin insist on the archive's parent POM, which the registry's makers have not published.
const UNPACK_ARCHIVE = `${MAVEN_PLUGIN}:2.10:unpack`

/** Each: folder, what Maven is asked for, and files without which it cannot run. */
const parts = [
  {
    label: `Kafka ${versions.kafka} (60 MB)`,
    dir: `kafka-${versions.kafka}`,
    mavenArgs: (dir) => [COPY_JARS, `-Dkafka.version=${versions.kafka}`, '-DincludeScope=runtime', `-DoutputDirectory=${dir}`],
    required: [`kafka_2.13-${versions.kafka}.jar`, `kafka-clients-${versions.kafka}.jar`, 'slf4j-simple-1.7.36.jar'],
  },
  {
    label: `schema registry ${versions.registry} (130 MB)`,
    dir: `apicurio-registry-${versions.registry}`,
    mavenArgs: (dir) => [
      UNPACK_ARCHIVE,
      `-Dkafka.version=${versions.kafka}`,
      `-Dartifact=io.apicurio:apicurio-registry-app:${versions.registry}:tar.gz:all`,
      `-DoutputDirectory=${dir}`,
    ],
    required: [`apicurio-registry-app-${versions.registry}-runner.jar`, 'lib'],
  },
]

const filesBelow = (dir) =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))

const sizesOf = (dir) => Object.fromEntries(filesBelow(dir).map((file) => [relative(dir, file), statSync(file).size]))

/** True when every file that was there at the end of the download still has its size. */
const isIntact = (dir) => {
  try {
    const sizes = JSON.parse(readFileSync(join(dir, 'complete.json'), 'utf8'))
    return Object.entries(sizes).every(([file, size]) => statSync(join(dir, file)).size === size)
  } catch {
    return false
  }
}

/** The parts that still have to be fetched. */
export const partsToFetch = (cacheDir) => parts.filter((part) => !isIntact(join(cacheDir, part.dir)))

/** Maven leaves marks beside the POM of what it has unpacked, and would leave that out the next time: so it gets a copy in a folder of its own. */
const runMaven = async ({ part, into, workshop, logFile, step, quiet }) => {
  mkdirSync(into, { recursive: true })
  mkdirSync(workshop, { recursive: true })
  copyFileSync(join(local, 'kafka-pom.xml'), join(workshop, 'pom.xml'))
  const args = ['--batch-mode', '--strict-checksums', '--no-transfer-progress', ...part.mavenArgs(into)]
  await runCommand({ label: `${step} ${part.label}`, command: 'mvn', args, cwd: workshop, logFile, quiet })
}

/** Fetches one part; Maven checks every download against its published checksum. */
export const fetchPart = async ({ part, cacheDir, step, quiet }) => {
  const dir = join(cacheDir, part.dir)
  const into = `${dir}.${process.pid}`
  const workshop = `${into}.maven`
  const logFile = `${dir}.log`
  try {
    await runMaven({ part, into, workshop, logFile, step, quiet })
    const missing = part.required.filter((file) => !existsSync(join(into, file)))
    if (missing.length > 0) throw new Error(`Maven left out ${missing.join(', ')} of ${part.label}; see ${logFile}`)
    writeFileSync(join(into, 'complete.json'), JSON.stringify(sizesOf(into)))
    rmSync(dir, { recursive: true, force: true })
    renameSync(into, dir)
  } finally {
    for (const leftover of [into, workshop]) rmSync(leftover, { recursive: true, force: true })
  }
}
