/** Writes the page that lists every key of the configuration, from its schema. */
import { z } from 'zod';

const schema = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get items() {
    return schema.optional();
  },
  get anyOf() {
    return z.array(schema).optional();
  },
});
type Schema = z.infer<typeof schema>;

/** Markdown: one table for each block of keys. */
export function configurationKeys(document: unknown): string {
  return `# Every key of the configuration

Generated from the [schema](../config/rollcall.schema.json), which \`rollcall config schema\` prints.
${blocks('', schema.parse(document)).join('\n')}`;
}

/** The table of a block, followed by the tables of its nested blocks. */
function blocks(path: string, block: Schema): string[] {
  const keys = Object.entries(block.properties ?? {}).filter(([name]) => name !== '$schema');
  const rows = keys.map(
    ([name, key]) => `| \`${name}\` | ${shown(key.default)} | ${cell(key.description ?? '')} |\n`,
  );
  const table = `\n## ${path === '' ? 'The file' : path}\n\n| key | default | meaning |\n| --- | --- | --- |\n${rows.join('')}`;
  const below = keys.flatMap(([name, key]) => {
    const inner = blockIn(key);
    const isList = key.properties === undefined && inner?.properties !== undefined && inner !== key;
    const place = `${path === '' ? '' : `${path}.`}${name}${isList ? '[]' : ''}`;
    return inner === undefined ? [] : blocks(place, inner);
  });
  return [table, ...below];
}

/** The nested block of a key: its value, the items of its list, or one of its alternatives. */
function blockIn(key: Schema): Schema | undefined {
  if (key.properties !== undefined) return key;
  const forms = [...(key.items === undefined ? [] : [key.items]), ...(key.anyOf ?? [])];
  return forms.map(blockIn).find(found => found !== undefined);
}

function shown(value: unknown): string {
  const isSimple = typeof value !== 'object' && value !== undefined;
  return isSimple || Array.isArray(value) ? `\`${cell(JSON.stringify(value))}\`` : '';
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
