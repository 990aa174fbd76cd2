#!/usr/bin/env node
/** Starts the CLI: loads TypeScript, then main.ts. */
import { register } from 'tsx/esm/api'

register()
await import('./main.ts')
