/** Finds out what this machine lacks, in plain words. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What the command prints, or undefined if it cannot be run. */
const outputOf = (command, args) => {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 })
  return result.status === 0 ? result.stdout + result.stderr : undefined
}

const runs = (command, args = ['--version']) => outputOf(command, args) !== undefined

const isAtLeast = (version, [major, minor]) => {
  const [haveMajor = 0, haveMinor = 0] = version.split('.').map(Number)
  return haveMajor > major || (haveMajor === major && haveMinor >= minor)
}

/** What to do about this version of Node, or nothing. */
export const missingNode = (version) =>
  isAtLeast(version, [20, 19]) ? [] : [`Node 20.19 or newer; this is ${version}. Install it from https://nodejs.org`]

/** What building node-rdkafka needs and this machine lacks. */
export const missingBuildTools = (env) => [
  ...(runs('npm') ? [] : ['npm, which comes with Node from https://nodejs.org (Debian: apt-get install npm)']),
  ...([env.CXX, 'c++', 'g++', 'clang++'].some((compiler) => compiler && runs(compiler))
    ? []
    : ['a C++ compiler, to build the Kafka client (Debian: apt-get install build-essential; macOS: xcode-select --install)']),
  ...(runs('make') ? [] : ['make, to build the Kafka client (Debian: apt-get install build-essential; macOS: xcode-select --install)']),
  ...(runs(env.PYTHON || 'python3')
    ? []
    : ['python3, to build the Kafka client (Debian: apt-get install python3; macOS: xcode-select --install)']),
]

/** The major version of Java, or undefined if there is none. */
const javaMajor = (env) => {
  const output = outputOf(env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java', ['-version'])
  const match = output && /version "(?:1\.)?(\d+)/.exec(output)
  return match ? Number(match[1]) : undefined
}

const nothingToRunABroker = (major, hasMaven, hasDockerClient) => {
  const java = major === undefined ? 'there is no Java' : major < 17 ? `Java is only version ${major}` : 'Java is there'
  const maven = hasMaven ? 'Maven is there' : 'there is no Maven'
  const docker = hasDockerClient ? 'Docker is installed but does not answer (start its daemon)' : 'there is no Docker'
  return [
    'something to run Kafka and the schema registry on, which is one of:',
    '    - Java 17 or newer and Maven (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 maven)',
    '    - Docker that answers `docker version` (https://docs.docker.com/engine/install)',
    '    - your own servers, named by the variables KAFKA_BROKERS and SCHEMA_REGISTRY_URL',
    `    At present ${java}, ${maven}, and ${docker}.`,
  ].join('\n')
}

/**
 * Chooses what the local servers run on: `given` (both variables set), `java` (Java, with Maven or with the jars already fetched), `docker`, or
 * nothing, with what is missing.
 */
export const chooseServers = (env, jarsAreHere) => {
  if (env.KAFKA_BROKERS && env.SCHEMA_REGISTRY_URL) return { kind: 'given', missing: [] }
  const major = javaMajor(env)
  const hasJava = major !== undefined && major >= 17
  if (hasJava && jarsAreHere) return { kind: 'java', missing: [] }
  const hasMaven = runs('mvn')
  if (hasJava && hasMaven) return { kind: 'java', missing: [] }
  if (runs('docker', ['version'])) return { kind: 'docker', missing: [] }
  return { kind: 'none', missing: [nothingToRunABroker(major, hasMaven, runs('docker'))] }
}
