/** Provides a Python with the package openleadr, or says why there is none. */
import type { TestProject } from 'vitest/node'
import { type PythonPackage, providePackage } from '../python-package.ts'

export const OPENLEADR_VERSION = '0.5.36'

declare module 'vitest' {
  interface ProvidedContext {
    openleadr: PythonPackage
  }
}

export default function setup(project: TestProject): void {
  project.provide('openleadr', providePackage('openleadr', OPENLEADR_VERSION))
}
