/** Builds the image that local servers stand on, a small Debian with Java, without any image registry. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageIsHere } from '../../deploy/local/docker.ts'
import { mustRun, runCommand } from './command.ts'
import { debianMirror } from './debian-mirror.ts'

const SUITE = 'bookworm'
const PACKAGES = 'openjdk-17-jre-headless'
const BUILD_LIMIT_MS = 600_000

/** First 12 digits of the SHA-256 of what an image is made of: the same content has the same tag. */
export const tagOf = (name: string, ...content: readonly string[]): string =>
  `drover-test/${name}:${createHash('sha256').update(content.join('\u0000')).digest('hex').slice(0, 12)}`

const BASE = tagOf('java', SUITE, PACKAGES)

async function requireTools(): Promise<void> {
  const isRoot = process.getuid?.() === 0
  const { ok } = await runCommand('debootstrap', ['--version'], 10_000)
  if (isRoot && ok) return
  const lacks = [...(isRoot ? [] : ['the rights of root']), ...(ok ? [] : ['debootstrap (Debian: apt-get install debootstrap)'])]
  throw new Error(
    `no image registry is in reach, so the images have to be built here, and that needs ${lacks.join(' and ')}; or fetch the public images with \`docker pull\``,
  )
}

/** The tag of the base image, which is made now if it is not here. Throws saying what the machine lacks. */
export async function ensureBaseImage(log: (line: string) => void): Promise<string> {
  if (await imageIsHere(BASE, process.env)) return BASE
  await requireTools()
  log(`building the base image ${BASE} from Debian packages (about a minute, once)`)
  const folder = mkdtempSync(join(tmpdir(), 'drover-base-'))
  const [root, archive] = [join(folder, 'root'), join(folder, 'root.tar')]
  try {
    const bootstrap = ['--variant=minbase', `--include=${PACKAGES}`, SUITE, root, debianMirror()]
    await mustRun('building the base image', 'debootstrap', bootstrap, BUILD_LIMIT_MS)
    await mustRun(
      'packing the base image',
      'tar',
      ['--directory', root, '--exclude=./var/cache/apt/archives/*.deb', '-cf', archive, '.'],
      120_000,
    )
    await mustRun('importing the base image', 'docker', ['import', archive, BASE], 120_000)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return BASE
}
