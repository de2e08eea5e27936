// npm run weigh: what a page with the widget loads, compressed as the web service sends it.

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LOADER = 3_000 // bytes, gzipped
const EVERYTHING = 35_000
const LANGUAGES = ['en', 'de'] // a visitor loads one of them

const weights = ['widget.js', 'chat.js', ...LANGUAGES.map((language) => `chat.${language}.js`)].map(weight)
const [loader, chat, ...languages] = weights
const everything = loader + chat + Math.max(...languages)
console.log(`together   ${kB(everything)} of ${kB(EVERYTHING)}, with the longer language`)
process.exit(loader < LOADER && everything < EVERYTHING ? 0 : 1)

function weight(name) {
  const content = readFileSync(new URL(`../channels/static/${name}`, import.meta.url))
  const { length } = gzipSync(content, { level: 9 })
  console.log(`${name.padEnd(10)} ${kB(length)} (${kB(content.length).trim()} before)`)
  return length
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(8)
}
