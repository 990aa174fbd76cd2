/** What librdkafka's own C program, rdkafka_performance, produces on this machine: records of one size, no transactions, nothing decided. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDirOf, checkoutDir } from '../../../deploy/local/cache.ts'

const run = promisify(execFile)
const library = join(checkoutDir, 'node_modules', 'node-rdkafka', 'deps', 'librdkafka')
const built = join(library, 'examples', 'rdkafka_performance')
const LIBRARIES = ['-lm', '-lssl', '-lcrypto', '-lz', '-ldl', '-lpthread', '-lrt']
const LIMIT_MS = 300_000

/** Where the program is: built with node-rdkafka, or by us into the cache. Throws with words when it can not be had. */
async function provide(): Promise<string> {
  if (existsSync(built)) return built
  const own = join(cacheDirOf(process.env), 'rdkafka_performance')
  if (existsSync(own)) return own
  const archive = join(library, 'src', 'librdkafka.a')
  const source = `${built}.c`
  if (!existsSync(archive) || !existsSync(source)) throw new Error(`${library} holds no sources with a built librdkafka.a`)
  mkdirSync(cacheDirOf(process.env), { recursive: true })
  await run('gcc', ['-O2', '-I', join(library, 'src'), '-o', own, source, archive, ...LIBRARIES], { timeout: LIMIT_MS })
  return own
}

export interface Load {
  readonly brokers: string
  readonly topic: string
  readonly records: number
  /** Size of each value. */
  readonly bytes: number
}

/** Real ms for all records, acknowledged by the broker; or why that can not be said. */
export async function measureRdkafkaPerformance({ brokers, topic, records, bytes }: Load): Promise<number | { readonly skipped: string }> {
  try {
    const settings = ['compression.codec=lz4', 'linger.ms=5', 'batch.num.messages=10000', 'queue.buffering.max.messages=1000000']
    const options = ['-P', '-t', topic, '-b', brokers, '-s', String(bytes), '-c', String(records), '-a', '-1']
    const { stdout } = await run(await provide(), [...options, ...settings.flatMap((setting) => ['-X', setting])], { timeout: LIMIT_MS })
    const [, delivered, ms] = [...stdout.matchAll(/(\d+) delivered .*? in (\d+)ms/g)].at(-1) ?? []
    if (Number(delivered) !== records) throw new Error(`it delivered ${delivered ?? 'nothing'} of ${records} records`)
    return Math.max(1, Number(ms))
  } catch (error) {
    return { skipped: `rdkafka_performance: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` }
  }
}
