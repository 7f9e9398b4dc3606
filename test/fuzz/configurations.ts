/** Configuration files that went wrong: parsed as the program does. */
import { readFileSync } from 'node:fs';
import type { Random } from '../../dev/organisation/generate/random.ts';
import { explainIssues } from '../../src/config/report/schema-issues.ts';
import { ruleProblems } from '../../src/config/rules/rules.ts';
import { configSchema } from '../../src/config/schema/schema.ts';
import { applyEnvironment } from '../../src/config/source/environment.ts';
import { parseConfigFile } from '../../src/config/source/file.ts';
import { dnProblem, filterProblem } from '../../src/directory/syntax/validate.ts';
import { ConfigError } from '../../src/errors.ts';
import { normaliseName } from '../../src/mapping/group-name.ts';
import { scheduleProblem } from '../../src/queue/schedule/cron.ts';
import { mutated } from './mutate.ts';

const EXAMPLES = ['openldap', 'active-directory', '389ds', 'freeipa', 'embedded'].map(name =>
  readFileSync(`config/${name}.yaml`),
);
/** Constructs that cost YAML parsers time or memory. */
const CONSTRUCTS = [
  '&a ',
  '*a',
  '[',
  '{',
  '? ',
  '- ',
  '!!js ',
  '<<: *a\n',
  '|\n',
  '"\\',
  '---\n',
  '%YAML 9.9\n',
  ': ',
];
const CHECKS = { dnProblem, filterProblem, normaliseName, scheduleProblem };

/** @throws an error that is not about the configuration */
export function parseConfiguration(random: Random): string {
  const bytes = mutated(random.pick(EXAMPLES), random, random.pick(EXAMPLES));
  const at = random.below(bytes.length + 1);
  const more = random.pick(CONSTRUCTS).repeat(1 + random.below(200));
  const text = `${bytes.subarray(0, at).toString()}${more}${bytes.subarray(at).toString()}`.slice(0, 65_536);
  try {
    const { content } = applyEnvironment(parseConfigFile('fuzz.yaml', text).content, {});
    const schema = configSchema(CHECKS);
    const parsed = schema.safeParse(content);
    if (!parsed.success) explainIssues(parsed.error.issues, schema, content, () => false);
    ruleProblems(content, CHECKS);
    return parsed.success ? 'configuration' : 'configuration refused';
  } catch (error) {
    if (error instanceof ConfigError) return 'no configuration';
    throw error;
  }
}
