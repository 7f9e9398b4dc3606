/** Lists the packages of a build: as a CycloneDX document for scanners, and as licences for readers. */
import type { Component } from './components.ts';

interface Program {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The bill of materials, CycloneDX 1.6. Two builds of the same files give the same text. */
export function billOfMaterials(program: Program, components: readonly Component[]): string {
  const own = packageUrl(program);
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': own, ...licensed(program), purl: own },
    },
    components: components.map(component => ({
      type: 'library',
      'bom-ref': packageUrl(component),
      ...licensed(component),
      hashes: [hashOf(component)],
      purl: packageUrl(component),
    })),
    dependencies: [{ ref: own, dependsOn: components.map(packageUrl) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** The licence of every package, with its text. */
export function licences(components: readonly Component[]): string {
  const parts = components.map(
    ({ name, version, license, text }) =>
      `${name} ${version}: ${license}\n\n${text ?? '(the package has no text of its licence)'}`,
  );
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function licensed({ name, version, license }: Program) {
  return { name, version, licenses: [{ expression: license }] };
}

function packageUrl({ name, version }: Pick<Program, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function hashOf({ integrity }: Component): { alg: string; content: string } {
  return { alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') };
}
