/** Says in plain words what keeps the tests from running in containers. */
import { dockerAnswers } from '../../deploy/local/docker.ts'
import { runCommand } from './command.ts'

/** Throws unless the Docker daemon answers. */
export async function requireDocker(): Promise<void> {
  if (await dockerAnswers(process.env)) return
  const { ok, output } = await runCommand('docker', ['version'], 10_000)
  const isInstalled = ok || !output.includes('ENOENT')
  throw new Error(
    isInstalled
      ? `these tests need Docker, which is installed here but does not answer; start its daemon (as root: dockerd):\n${output.trimEnd()}`
      : 'these tests need Docker, and there is none here; install it (Debian: apt-get install docker.io) and start its daemon (as root: dockerd)',
  )
}
