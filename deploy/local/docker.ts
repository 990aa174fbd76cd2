/** Talks to Docker through its command line: does it answer, is an image here, run a container that ends with us. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { userInfo } from 'node:os'
import { type Child, type ChildOptions, startChild } from './child.ts'

type Env = Readonly<Record<string, string | undefined>>

const docker = (args: readonly string[], timeLimitMs: number, env: Env): Promise<boolean> =>
  new Promise((resolve) => {
    execFile('docker', args, { timeout: timeLimitMs, killSignal: 'SIGKILL', env }, (error) => resolve(error === null))
  })

/** True when the Docker daemon answers. */
export const dockerAnswers = (env: Env): Promise<boolean> => docker(['version', '--format', '{{.Server.Version}}'], 5_000, env)

/** True when the image is on this machine. */
export const imageIsHere = (image: string, env: Env): Promise<boolean> => docker(['image', 'inspect', image], 10_000, env)

/** Fetches the image; true when that worked in time. */
export const pullImage = (image: string, timeLimitMs: number, env: Env): Promise<boolean> =>
  docker(['pull', '--quiet', image], timeLimitMs, env)

export type ContainerOptions = Pick<ChildOptions, 'name' | 'logFile' | 'ready' | 'timeLimitMs' | 'graceMs'> & {
  readonly image: string
  /** Run by the image's `sh`; turns into the server with `exec`. */
  readonly script: string
  /** What the container is called: one name, one container. */
  readonly containerName: string
  /** A folder of this machine, at the same place in the container, written as the present user. */
  readonly folder?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly env: Env
}

/*
 * The client holds the container's standard input. When the client ends, whatever ended it, the daemon closes that input, and the watcher kills the
 * server; --init gives the container a process 1 which then ends, and --rm removes it.
 */
const WATCHER = `exec 3<&0; (trap '' TERM INT HUP; read -r _ <&3; kill -s KILL $$) >/dev/null 2>&1 & exec 3<&- </dev/null; `

const runArgs = ({ image, script, containerName, folder, variables = {} }: ContainerOptions): readonly string[] => {
  const { uid, gid } = userInfo()
  const mount = folder === undefined ? [] : ['--volume', `${folder}:${folder}`, '--user', `${uid}:${gid}`]
  const environment = Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  // The network of the host, since both servers listen on 127.0.0.1 only and are told to call each other there.
  const run = ['run', '--rm', '--interactive', '--init', '--network', 'host', '--name', containerName, ...mount, ...environment]
  return [...run, '--entrypoint', 'sh', image, '-c', WATCHER + script]
}

/** Runs the container in the foreground of a supervised client. */
export const startContainer = async (options: ContainerOptions): Promise<Child> => {
  const { name, logFile, ready, timeLimitMs, graceMs, containerName, env } = options
  const remove = (): Promise<boolean> => docker(['rm', '--force', containerName], 30_000, env)
  await remove()
  const child = await startChild({
    name,
    command: 'docker',
    args: runArgs(options),
    env,
    logFile,
    ready,
    timeLimitMs,
    ...(graceMs !== undefined && { graceMs }),
    stdin: 'held',
  })
  const andRemove = (end: () => Promise<void>) => async (): Promise<void> => {
    await end()
    await remove()
  }
  return { ...child, stop: andRemove(child.stop), kill: andRemove(child.kill) }
}

/** A container name that belongs to the folder, so that a new start finds what an old one may have left. */
export const containerNameOf = (server: string, dir: string): string =>
  `drover-${server}-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`
