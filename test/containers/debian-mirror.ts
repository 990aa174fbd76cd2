/** Finds out where this machine gets its Debian packages from, as the base of images that are built here comes from there too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DEFAULT_MIRROR = 'http://deb.debian.org/debian'

/** The first Debian archive in apt's sources, in either of their two formats; the public one where there is none. */
export function mirrorIn(sources: readonly string[]): string {
  const lines = sources.flatMap((text) => text.split('\n')).filter((line) => !line.trimStart().startsWith('#'))
  const addresses = lines.flatMap((line) => (/^\s*(URIs:|deb\s)/.test(line) ? (line.match(/https?:\/\/\S+/g) ?? []) : []))
  return addresses.find((address) => /\/debian\/?$/.test(address)) ?? DEFAULT_MIRROR
}

export function debianMirror(aptDir = '/etc/apt'): string {
  const parts = join(aptDir, 'sources.list.d')
  const files = [join(aptDir, 'sources.list'), ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [])]
  return mirrorIn(files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8')))
}
