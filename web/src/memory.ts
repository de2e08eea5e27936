// What outlives a reload: whose conversation this is (for every tab), and what this tab hasn't got confirmed.

import type { Session, Unsent } from './conversation'

const SESSION = 'inomega-chat-session'
const UNSENT = 'inomega-chat-unsent'

export function rememberedSession(): Session | null {
  const session = read(() => localStorage, SESSION)
  return isRecord(session) && typeof session.id === 'string' && typeof session.secret === 'string'
    ? { id: session.id, secret: session.secret }
    : null
}

export function rememberedUnsent(): Unsent[] {
  const unsent = read(() => sessionStorage, UNSENT)
  return Array.isArray(unsent) ? unsent.filter(isUnsent) : []
}

export function remember(session: Session | null, unsent: Unsent[]): void {
  write(() => localStorage, SESSION, session)
  write(() => sessionStorage, UNSENT, unsent.length ? unsent : null)
}

function read(storage: () => Storage, key: string): unknown {
  try {
    return JSON.parse(storage().getItem(key) ?? 'null')
  } catch {
    return null // no storage allowed, or something else wrote there
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value) storage().setItem(key, JSON.stringify(value))
    else storage().removeItem(key)
  } catch {
    // No storage allowed, or it is full: the chat works all the same, until a reload.
  }
}

function isUnsent(value: unknown): value is Unsent {
  return isRecord(value) && typeof value.clientId === 'string' && typeof value.text === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
