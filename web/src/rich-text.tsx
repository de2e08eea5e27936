// Text as elements: links, bold and lists; everything else stays the text it is. No HTML on the way.

import type { ComponentChildren } from 'preact'

const INLINE = /\*\*(\S(?:[^*\n]{0,500}\S)?)\*\*|\[([^\]\n]{1,200})\]\((https?:\/\/[^\s()<>]+|mailto:[^\s()<>]+)\)|(https?:\/\/[^\s<>"]+)|(?:mailto:)?([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})/g
const ENDING = /[.,;:!?)\]}'"’”]+$/ // rather the sentence's than the address's
const BULLET = /^ {0,3}[-*•] +/
const NUMBER = /^ {0,3}\d{1,3}[.)] +/

/** What the assistant or an agent says. */
export function RichText({ text }: { text: string }) {
  return <>{blocksOf(text).map(block)}</>
}

/** What a customer says: only its addresses become links. */
export function PlainText({ text }: { text: string }) {
  return <p>{inline(text, false)}</p>
}

interface Block {
  kind: 'p' | 'ul' | 'ol'
  lines: string[]
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let isApart = true
  for (const line of text.split('\n')) {
    if (!line.trim()) {
      isApart = true
      continue
    }
    const kind = BULLET.test(line) ? 'ul' : NUMBER.test(line) ? 'ol' : 'p'
    const last = blocks.at(-1)
    if (last?.kind === kind && !(isApart && kind === 'p')) last.lines.push(line)
    else blocks.push({ kind, lines: [line] })
    isApart = false
  }
  return blocks
}

function block({ kind, lines }: Block, key: number) {
  if (kind === 'p') return <p key={key}>{inline(lines.join('\n'), true)}</p>
  const items = lines.map((line, index) => <li key={index}>{inline(line.replace(kind === 'ul' ? BULLET : NUMBER, ''), true)}</li>)
  return kind === 'ul' ? <ul key={key}>{items}</ul> : <ol key={key} start={parseInt(lines[0] ?? '1', 10)}>{items}</ol>
}

function inline(text: string, isRich: boolean): ComponentChildren[] {
  const parts: ComponentChildren[] = []
  let from = 0
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, label, target, address, email] = match
    const isImage = text[match.index - 1] === '!'
    if (match.index < from || (!isRich && (bold ?? label)) || (label && isImage)) continue
    parts.push(text.slice(from, match.index))
    from = match.index + whole.length
    if (bold) parts.push(<strong>{bold}</strong>)
    else if (label && target) parts.push(<Link to={target}>{label}</Link>)
    else if (email) parts.push(<Link to={`mailto:${email}`}>{email}</Link>)
    else if (address) {
      const shown = address.replace(ENDING, '')
      parts.push(<Link to={shown}>{shown}</Link>, address.slice(shown.length))
    }
  }
  return [...parts, text.slice(from)]
}

/** A label of somebody's choice must not hide where a link leads, so its target follows where they differ. */
function Link({ to, children }: { to: string; children: string }) {
  const isPlain = to.replace(/^mailto:/, '') === children
  return (
    <a href={to} target="_blank" rel="noopener">
      <bdi>{children}</bdi>
      {!isPlain && <span class="target"> ({to.replace(/^mailto:|^https?:\/\/([^/?#]*).*/, '$1') || to.slice(7)})</span>}
    </a>
  )
}
