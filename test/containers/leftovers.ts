/** Removes containers whose test run was killed before it could. */
import { runCommand } from './command.ts'

/** Marks containers of these tests; its value is the server's name. The container's name ends in the process that started it. */
export const LABEL = 'drover.test'

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export async function removeLeftovers(log: (line: string) => void): Promise<void> {
  const { output } = await runCommand('docker', ['ps', '--all', '--filter', `label=${LABEL}`, '--format', '{{.Names}}'], 30_000)
  const names = output.split('\n').filter((name) => name.startsWith('drover-test-'))
  for (const name of names.filter((name) => !isAlive(Number(name.split('-').at(-1))))) {
    log(`removing ${name}, which an ended run left behind`)
    await runCommand('docker', ['rm', '--force', '--volumes', name], 60_000)
  }
}
