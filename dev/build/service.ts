/** Bundles the program into chunks, so that a command loads only what it needs. */
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'rolldown';

/** Resolves with the paths of all modules that are in the bundle. */
export async function bundleService(root: string, out: string): Promise<readonly string[]> {
  const { output } = await build({
    cwd: root,
    input: { rollcall: 'bin/built.js', 'chunks/lease-thread': 'src/store/database/lease-thread.ts' },
    platform: 'node',
    // Optional packages that we do not install.
    external: ['pg-native', '@valkey/valkey-glide', 'supports-color'],
    plugins: [builtins, builtAssets(root), leaseThread],
    transform: {
      target: 'node24',
      define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    },
    // Bull Board uses eval only to find its files, and a build names their folder in its options.
    checks: { eval: false },
    output: {
      dir: out,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      // One file has everything that each command loads: in 20 files, `rollcall --version` takes an eighth longer. It is without
      // main.ts, because that waits for the command, and so would each import from it.
      codeSplitting: { groups: [{ name: 'program', test: /src\/cli\/program\.ts$/ }] },
      // Names are kept, so that the stack of an error is readable.
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    },
  });
  return output.flatMap(file => (file.type === 'chunk' ? file.moduleIds : []));
}

/**
 * Node's modules are required, not imported: for an import, Node prepares a namespace of all their exports, which takes a
 * third of the time of `rollcall --version`.
 */
const builtins: Plugin = {
  name: 'builtins',
  resolveId(id, importer) {
    if (!isBuiltin(id) || importer?.startsWith('\0')) return null;
    return `\0node:${id.replace(/^node:/, '')}`;
  },
  load(id) {
    if (!id.startsWith('\0node:')) return null;
    return `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(1))});`;
  },
};

/** Replaces assets.ts, because a build has the files of the console in another folder, bundled and compressed. */
function builtAssets(root: string): Plugin {
  return {
    name: 'built-assets',
    resolveId: id =>
      id.endsWith('/assets.ts') ? join(root, 'src/http/routes/service/built-assets.ts') : null,
  };
}

/** The lease thread is a separate entry, next to the chunk that starts it. */
const leaseThread: Plugin = {
  name: 'lease-thread',
  transform(code, id) {
    return id.endsWith('/keep-lease.ts') ? code.replace('./lease-thread.ts', './lease-thread.js') : null;
  },
};
