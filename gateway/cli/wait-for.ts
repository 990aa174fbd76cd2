/** Reads the log from the CLI: everything there is, or until something shows up. */
import type { Followed, FollowFrom } from '../../processors/runtime/log.ts'
import type { Topic } from '../../topics/define.ts'
import type { Session } from './session.ts'

const LIMIT_MS = 60_000

/** Resolves at the first record that matches. Rejects on Ctrl-C, and when nothing matched in a minute. */
export async function waitFor<T>(
  session: Session,
  topics: readonly Topic<T>[],
  from: FollowFrom,
  matches: (record: Followed<T>) => boolean,
): Promise<void> {
  let settle: (error?: Error) => void = () => undefined
  const found = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve())
  })
  const names = topics.map(({ name }) => name).join(', ')
  const timer = setTimeout(
    () => settle(new Error(`nothing came on ${names} within ${LIMIT_MS / 1000} s; is Drover running (npm run up)?`)),
    LIMIT_MS,
  )
  session.signal.addEventListener('abort', () => settle(new Error('stopped')), { once: true })
  const following = await session.reader().follow(topics, from, (records) => {
    if (records.some(matches)) settle()
  })
  try {
    await found
  } finally {
    clearTimeout(timer)
    await following.stop()
  }
}

/** Calls `take` for every record up to what was there at the start. */
export async function readAll<T>(
  session: Session,
  topics: readonly Topic<T>[],
  from: FollowFrom,
  take: (record: Followed<T>) => void,
): Promise<void> {
  const following = await session.reader().follow(topics, from, (records) => {
    for (const record of records) take(record)
  })
  try {
    await following.caughtUp
  } finally {
    await following.stop()
  }
}
