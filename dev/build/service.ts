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
    // Bull Board finds its files with eval, but not if it gets their folder.
    checks: { eval: false },
    output: {
      dir: out,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      // Names stay, so that the stack of an error can be read.
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

/** The build has the files of the console elsewhere, and in another form. */
function builtAssets(root: string): Plugin {
  return {
    name: 'built-assets',
    resolveId: id => (id === './assets.ts' ? join(root, 'src/http/routes/service/built-assets.ts') : null),
  };
}

/** The thread is an entry of its own, next to the chunk that starts it. */
const leaseThread: Plugin = {
  name: 'lease-thread',
  transform(code, id) {
    return id.endsWith('/keep-lease.ts') ? code.replace('./lease-thread.ts', './lease-thread.js') : null;
  },
};
