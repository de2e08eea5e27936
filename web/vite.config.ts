import { defineConfig, type Plugin } from 'vite'

// The built files are committed, so their names stay the same and the browser asks whether they are still right.
// The widget's own are classic scripts: another origin's page can load them without being allowed to.
const SCRIPTS: Record<string, { entry: string; name: string }> = {
  loader: { entry: 'src/loader.ts', name: 'widget.js' },
  chat: { entry: 'src/widget.tsx', name: 'chat.js' },
  en: { entry: 'src/languages/chat.en.ts', name: 'chat.en.js' },
  de: { entry: 'src/languages/chat.de.ts', name: 'chat.de.js' },
}
// The shop's demo page and the agents' desk are pages of ours.
const PAGES: Record<string, string> = { page: 'index.html', desk: 'desk.html' }
const BROWSERS = ['chrome125', 'edge125', 'firefox128', 'safari18'] // since September 2024

const here = (path: string) => new URL(path, import.meta.url).pathname

/** Parts of Socket.IO's client that would only weigh: src/lean-socket-io.ts. */
const UNUSED = /\/(transports\/(index|polling-[\w.]+|webtransport)|parseuri)\.js|^(engine|socket)\.io-parser$/
const leanSocketIo: Plugin = {
  name: 'lean-socket-io',
  enforce: 'pre',
  resolveId: (source, importer = '') =>
    /(engine|socket)\.io-/.test(importer) && UNUSED.test(source)
      ? here('src/lean-socket-io.ts')
      : undefined,
  // The only transport is the best one, so that there is never another one to try.
  transform: (code, id) =>
    /engine\.io-client\/.*\/socket\.js$/.test(id) ? code.replace(/^ {4}_probe\(name\) {$.*?^ {4}}$/ms, '    _probe() {}') : undefined,
}

/** The sentences of docs/figures.md that say what each figure means, by its name: the page's hints. */
const definitions: Plugin = {
  name: 'definitions',
  transform: (text, id) => {
    if (!id.endsWith('/docs/figures.md')) return undefined
    const rows = [...text.matchAll(/^\| (?!figure)([^|]+) \| ([^|]+) \|$/gm)].map(([, name, meaning]) => [name, meaning])
    return `export default ${JSON.stringify(Object.fromEntries(rows))}`
  },
}

export default defineConfig(({ mode }) => {
  const script = SCRIPTS[mode]
  return {
    base: '/static/',
    plugins: [leanSocketIo, definitions],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    publicDir: false,
    resolve: {
      alias: {
        'preact/jsx-runtime': here('src/jsx.ts'),
        'socket.io-client': here('node_modules/socket.io-client/build/esm/manager.js'),
      },
    },
    build: {
      outDir: '../channels/static',
      emptyOutDir: mode === 'page', // which is built first
      target: BROWSERS,
      minify: 'terser',
      terserOptions: {
        ecma: 2020,
        compress: { passes: 4, pure_getters: true, unsafe_arrows: true, unsafe_methods: true },
        mangle: { properties: { regex: /^_|Reserved$|TimeoutFn$|^(reconnection|randomizationFactor|skipReconnect)/ } }, // what Socket.IO's client keeps to itself
      },
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input: script?.entry ?? PAGES[mode] ?? [],
        output: {
          format: script ? 'iife' : 'es',
          entryFileNames: script?.name ?? `${mode}.js`,
          assetFileNames: (asset) => (asset.names[0]?.endsWith('.css') ? `${mode}.css` : '[name][extname]'),
        },
      },
    },
  }
})
