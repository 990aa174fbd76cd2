/** Fetches the container images of the broker and the registry, where Docker is all that there is to run them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { versions } from './jars.mjs'
import { runCommand } from './run-command.mjs'

/** The images that are not on this machine yet. */
export const imagesToFetch = () =>
  [versions.kafkaImage, versions.registryImage].filter((image) => spawnSync('docker', ['image', 'inspect', image]).status !== 0)

/** Fetches one image. */
export const fetchImage = ({ image, cacheDir, step, quiet }) =>
  runCommand({
    label: `${step} image ${image}`,
    command: 'docker',
    args: ['pull', image],
    cwd: cacheDir,
    logFile: join(cacheDir, 'docker-pull.log'),
    quiet,
  })
