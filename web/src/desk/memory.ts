// What outlives a reload of this tab (drafts, what isn't sent, what was looked at), and what this browser prefers.

import type { Desk, Kept } from './state'

const TAB = 'desk'
const SILENT = 'desk.silent'
const NO_KEYS = 'desk.no-keys'
const FOLDED = 'desk.folded'

/** Another agent's is none of this one's. */
export function recall(name: string): Kept {
  try {
    const kept = JSON.parse(sessionStorage.getItem(TAB) ?? '{}')
    if (kept.name !== name) throw new Error('somebody else’s')
    return { drafts: new Map(kept.drafts), unsent: kept.unsent, seen: new Map(kept.seen) }
  } catch {
    return { drafts: new Map(), unsent: [], seen: new Map() }
  }
}

export function keep({ me, drafts, unsent, seen }: Desk): void {
  if (me) write(sessionStorage, TAB, JSON.stringify({ name: me.name, drafts: [...drafts], unsent, seen: [...seen] }))
}

export function forget(): void {
  try {
    sessionStorage.removeItem(TAB)
  } catch {} // a browser that keeps nothing has nothing to forget
}

export function isSilent(): boolean {
  return read(SILENT) === 'yes'
}

export function setSilent(silent: boolean): void {
  write(localStorage, SILENT, silent ? 'yes' : 'no')
}

export function hasShortcuts(): boolean {
  return read(NO_KEYS) !== 'yes'
}

export function setShortcuts(on: boolean): void {
  write(localStorage, NO_KEYS, on ? 'no' : 'yes')
}

/** The sections of the queue that are folded. */
export function folded(): string[] {
  return (read(FOLDED) ?? 'others assistant closed').split(' ')
}

export function setFolded(sections: string[]): void {
  write(localStorage, FOLDED, sections.join(' '))
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value)
  } catch {} // full or forbidden: the desk works on without
}
