/** The version of the code, as journals and record headers name it. */
import packageJson from '../../package.json' with { type: 'json' }

export const codeVersion: string = packageJson.version
