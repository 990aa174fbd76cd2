/** Says which `java` runs the local servers. */
import { join } from 'node:path'

/** That of JAVA_HOME if it is set, else the one on the PATH. */
export const javaCommand = (env: Readonly<Record<string, string | undefined>>): string =>
  env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java'
