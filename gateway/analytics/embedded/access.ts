/** What the embedded engine's only user may do: work on the database drover, and nothing with files, addresses or programs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Limits that a query may lower, and raise up to these. */
export const CEILINGS = {
  max_execution_time: 300,
  max_result_bytes: 512 << 20,
  max_memory_usage: 2 * 2 ** 30,
} as const

/** Settings that carry SQL past whoever reads the statement, or change the language that it is read in: they stay as they are. */
const FIXED = [
  ...['additional_result_filter', 'additional_table_filters', 'parallel_replicas_custom_key', 'schema_inference_hints'],
  ...['allow_experimental_eval_table_function', 'dialect'],
]

const constraints = [
  ...Object.entries(CEILINGS).map(([name, max]) => `<${name}><min>1</min><max>${max}</max></${name}>`),
  ...FIXED.map((name) => `<${name}><readonly/></${name}>`),
].join('\n        ')

/**
 * Table functions that read files or addresses need grants that are not given, so the engine itself refuses them, to the loader too.
 * The user has no password because it exists only inside the process; people authenticate at the HTTP endpoint.
 */
const usersXml = `<clickhouse>
  <profiles>
    <default>
      <allow_python_table_function>0</allow_python_table_function>
      <allow_introspection_functions>0</allow_introspection_functions>
      <constraints>
        ${constraints}
      </constraints>
    </default>
  </profiles>
  <quotas><default></default></quotas>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SELECT, INSERT, CREATE, DROP, ALTER, OPTIMIZE, SHOW, TRUNCATE ON drover.*</query>
      </grants>
    </default>
  </users>
</clickhouse>
`

/** Writes the engine's configuration below `dataDir` and returns the path of its main file. */
export function writeAccess(dataDir: string): string {
  const folder = join(dataDir, 'access')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const users = join(folder, 'users.xml')
  const config = join(folder, 'config.xml')
  writeFileSync(users, usersXml, { mode: 0o600 })
  writeFileSync(config, `<clickhouse><users_config>${users}</users_config></clickhouse>\n`, { mode: 0o600 })
  return config
}
