/** Provides a Python with the package envoy-schema, or says why there is none. */
import type { TestProject } from 'vitest/node'
import { type PythonPackage, providePackage } from '../python-package.ts'

export const ENVOY_SCHEMA_VERSION = '2.0.0'

declare module 'vitest' {
  interface ProvidedContext {
    envoySchema: PythonPackage
  }
}

export default function setup(project: TestProject): void {
  project.provide('envoySchema', providePackage('envoy-schema', ENVOY_SCHEMA_VERSION))
}
