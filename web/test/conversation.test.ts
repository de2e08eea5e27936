import { describe, expect, it } from 'vitest'
import { begin, type Conversation, type Event, isRatable, lastSeq, next, nextToSend, openAsk, unread } from '../src/conversation'
import type { Acknowledgement, Ask, AuthorKind, Message } from '../src/messages'

const AT = '2026-03-05T12:00:00+00:00'
const ASK: Ask = { type: 'ask', fact: 'item', input: 'choice', options: [{ id: 'a', title: 'A' }] }

const after = (...events: Event[]): Conversation => events.reduce(next, begin(null, []))
const confirmed = (seq = 0, session_id = 's'): Event => ({
  type: 'confirmed',
  confirm: { session_id, secret: 'x', seq, state: 'assistant', agent: null },
})
const message = (seq: number, kind: AuthorKind = 'assistant', more: Partial<Message> = {}): Message => ({
  seq,
  at: AT,
  author: { kind, name: null },
  text: `message ${seq}`,
  ...more,
})
const received = (...args: Parameters<typeof message>): Event => ({ type: 'received', message: message(...args) })
const wrote = (clientId: string): Event => ({ type: 'wrote', unsent: { clientId, text: clientId } })
const acknowledged = (clientId: string, acknowledgement: Acknowledgement): Event => ({
  type: 'acknowledged',
  clientId,
  acknowledgement,
  at: AT,
})
const refused = (clientId: string, code: string): Event =>
  acknowledged(clientId, { ok: false, error: { code, message: 'Because.' } })
const seqs = ({ messages }: Conversation): number[] => messages.map(({ seq }) => seq)

describe('messages', () => {
  it('stand in the order of their numbers, each once', () => {
    expect(seqs(after(confirmed(), received(2), received(1), received(3), received(2)))).toEqual([1, 2, 3])
  })

  it('move from unsent to the transcript when they are acknowledged', () => {
    const conversation = after(confirmed(), wrote('one'), acknowledged('one', { ok: true, seq: 1 }))

    expect(conversation.unsent).toEqual([])
    expect(conversation.messages).toEqual([
      { seq: 1, at: AT, author: { kind: 'customer', name: null }, text: 'one', client_id: 'one' },
    ])
  })

  it('are known again when the replay brings them before their acknowledgement', () => {
    const replayed = received(1, 'customer', { client_id: 'one' })
    const conversation = after(confirmed(), wrote('one'), replayed, acknowledged('one', { ok: true, seq: 1 }))

    expect(conversation.unsent).toEqual([])
    expect(seqs(conversation)).toEqual([1])
  })

  it('are asked for again from the first gap on', () => {
    expect(lastSeq(after(confirmed()))).toBe(0)
    expect(lastSeq(after(confirmed(), received(1), received(2)))).toBe(2)
    expect(lastSeq(after(confirmed(), received(1), received(3)))).toBe(1)
    expect(lastSeq(after(confirmed(), received(2)))).toBe(0)
  })
})

describe('what is unsent', () => {
  it('waits while there is no connection and goes out in the order of writing', () => {
    const offline = after(wrote('one'), wrote('two'))

    expect(nextToSend(offline)).toBeUndefined()
    expect(nextToSend(next(offline, confirmed()))?.clientId).toBe('one')
  })

  it('waits again after the connection was lost', () => {
    expect(nextToSend(after(confirmed(), wrote('one'), { type: 'disconnected' }))).toBeUndefined()
  })

  it('stays and is sent again when the server could not store it', () => {
    const conversation = after(confirmed(), wrote('one'), refused('one', 'not_stored'))

    expect(nextToSend(conversation)?.clientId).toBe('one')
  })

  it('stays with the reason when it can never be stored, and lets the next one pass', () => {
    const conversation = after(confirmed(), wrote('one'), wrote('two'), refused('one', 'too_long'))

    expect(conversation.unsent[0]?.problem).toBe('Because.')
    expect(nextToSend(conversation)?.clientId).toBe('two')
  })

  it('says why it waits when it is refused for now, and is sent again before the others', () => {
    const conversation = after(confirmed(), wrote('one'), wrote('two'), refused('one', 'too_many'))

    expect(conversation.unsent[0]).toMatchObject({ delay: 'Because.' })
    expect(conversation.unsent[0]?.problem).toBeUndefined()
    expect(nextToSend(conversation)?.clientId).toBe('one')
    expect(next(conversation, acknowledged('one', { ok: true, seq: 1 })).unsent).toHaveLength(1)
  })

  it('can be tried again or removed by the customer', () => {
    const refusedOne = after(confirmed(), wrote('one'), refused('one', 'too_long'))

    expect(nextToSend(next(refusedOne, { type: 'retried', clientId: 'one' }))?.clientId).toBe('one')
    expect(next(refusedOne, { type: 'discarded', clientId: 'one' }).unsent).toEqual([])
  })

  it('is not touched by an acknowledgement of something else', () => {
    expect(after(confirmed(), wrote('one'), acknowledged('two', { ok: true, seq: 9 })).unsent).toHaveLength(1)
  })
})

describe('a photo', () => {
  const photo = (clientId: string): Event => ({ type: 'wrote', unsent: { clientId, text: '', photo: new Blob() } })

  it('waits for its message to come, since only that has its number', () => {
    const sent = after(confirmed(), photo('one'), acknowledged('one', { ok: true, seq: 1 }))
    const shown = { type: 'photo' as const, id: 'p', width: 2, height: 1 }

    expect(sent.unsent).toHaveLength(1)
    expect(next(sent, received(1, 'customer', { client_id: 'one', custom: shown })).unsent).toEqual([])
  })

  it.each(['too_many', 'too_large', 'not_a_photo', 'no_session'])('that is refused as %s is not sent again by itself', (code) => {
    const conversation = after(confirmed(), photo('one'), refused('one', code))

    expect(nextToSend(conversation)).toBeUndefined()
    expect(conversation.unsent[0]?.problem).toBe('Because.')
  })
})

describe('what is unread', () => {
  const opened = after(confirmed(), received(1), received(2, 'customer'), received(3, 'agent'))

  it('is what others said since the customer looked, in any tab', () => {
    expect(unread(opened)).toBe(2)
    expect(unread(next(opened, { type: 'read', seq: 1 }))).toBe(1)
    expect([{ type: 'read', seq: 3 } as Event, { type: 'read', seq: 1 } as Event].reduce(next, opened)).toMatchObject({ read: 3 })
  })

  it('is known again after a reload', () => {
    const confirm = { session_id: 's', secret: 'x', seq: 3, state: 'assistant' as const, agent: null, read: 2 }
    const reloaded = [{ type: 'confirmed', confirm } as Event, received(1), received(2), received(3)].reduce(next, begin(null, []))

    expect(unread(reloaded)).toBe(1)
  })
})

describe('the connection', () => {
  it('is said to be lost only after it was there', () => {
    expect(after({ type: 'disconnected' }).connection).toBe('connecting')
    expect(after(confirmed(), { type: 'disconnected' }).connection).toBe('reconnecting')
    expect(after(confirmed(), { type: 'disconnected' }, confirmed()).connection).toBe('online')
  })

  it('to the same session keeps the transcript, to another one begins anew', () => {
    const before = after(confirmed(), received(1), { type: 'disconnected' })

    expect(seqs(next(before, confirmed(1)))).toEqual([1])
    expect(seqs(next(before, confirmed(0, 'another')))).toEqual([])
  })

  it('takes the end of "is writing" with it', () => {
    const author = { kind: 'assistant' as const, name: 'Assistant' }
    const writing = after(confirmed(), { type: 'typing', on: true, author })

    expect(writing.typing).toEqual(author)
    expect(next(writing, { type: 'disconnected' }).typing).toBeNull()
  })

  it('does not show the customer that they write in another tab', () => {
    const author = { kind: 'customer' as const, name: null }

    expect(after(confirmed(), { type: 'typing', on: true, author }).typing).toBeNull()
  })
})

describe('a screen reader', () => {
  it('is not told what stood there when the page opened, but all that comes later, also after a reconnect', () => {
    const opened = after(confirmed(5))

    expect(opened.announceAfter).toBe(5)
    expect([{ type: 'disconnected' } as Event, confirmed(9)].reduce(next, opened).announceAfter).toBe(5)
  })
})

describe('the open question', () => {
  it('is the last one until the customer answers', () => {
    const asked = after(confirmed(), received(1), received(2, 'assistant', { custom: ASK }))

    expect(openAsk(asked)).toEqual(ASK)
    expect(openAsk(next(asked, wrote('answer')))).toBeUndefined()
    expect(openAsk(next(asked, received(3, 'customer')))).toBeUndefined()
  })

  it('is not answered by a photo', () => {
    const asked = after(confirmed(), received(1, 'assistant', { custom: ASK }))
    const photo = { type: 'photo' as const, id: 'p', width: 2, height: 1 }
    const sending = next(asked, { type: 'wrote', unsent: { clientId: 'one', text: '', photo: new Blob() } })

    expect(openAsk(sending)).toEqual(ASK)
    expect(openAsk(next(asked, received(2, 'customer', { custom: photo })))).toEqual(ASK)
  })

  it('is none while a person answers', () => {
    const asked = after(confirmed(), received(1, 'assistant', { custom: ASK }))

    expect(openAsk(next(asked, { type: 'handed over', standing: { state: 'waiting', agent: null } }))).toBeUndefined()
  })

  it('stays open when the assistant only adds something', () => {
    const asked = after(confirmed(), received(1, 'assistant', { custom: ASK }), received(2, 'system'))

    expect(openAsk(asked)).toEqual(ASK)
  })
})

describe('a new conversation', () => {
  it('forgets the old one', () => {
    const conversation = after(confirmed(), received(1), wrote('one'), { type: 'restarted', session: null })

    expect(conversation).toEqual(begin(null, []))
  })
})

describe('who answers', () => {
  it('is what the server says last', () => {
    const joined = after(confirmed(), { type: 'handed over', standing: { state: 'agent', agent: { name: 'Ann' } } })

    expect([joined.state, joined.agent]).toEqual(['agent', 'Ann'])
    expect(next(joined, { type: 'handed over', standing: { state: 'assistant', agent: null } }).agent).toBeNull()
  })

  it('comes with the place in line, or whether anybody is there', () => {
    const waiting = { state: 'waiting' as const, agent: null }

    expect(after(confirmed(), { type: 'handed over', standing: { ...waiting, position: 2 } })).toMatchObject({ position: 2, online: true })
    expect(after(confirmed(), { type: 'handed over', standing: { ...waiting, online: false, email: true } })).toMatchObject({
      position: null,
      online: false,
      email: true,
    })
  })
})

describe('whether it helped', () => {
  const asking = (seq: number, fact: string) => received(seq, 'assistant', { custom: { ...ASK, fact } })

  it('can be said at the end of a case, until the next one begins, and at the end of the conversation', () => {
    const talk: Event[] = [confirmed(), received(1, 'customer'), asking(2, 'order_number')]
    const done: Event[] = [...talk, asking(3, 'anything_else'), received(4, 'customer'), received(5)]
    const closed: Event = { type: 'handed over', standing: { state: 'closed', agent: null } }
    expect(isRatable(after(...talk))).toBe(false)
    expect(isRatable(after(...done))).toBe(true)
    expect(isRatable(after(...done, asking(6, 'order_number')))).toBe(false)
    expect(isRatable(after(...talk, closed))).toBe(true)
  })

  it('is remembered as the server tells it, and changed', () => {
    const confirm = { session_id: 's', secret: 'x', seq: 1, state: 'closed' as const, agent: null, helped: false }
    const rated = after({ type: 'confirmed', confirm })
    expect(rated.helped).toBe(false)
    expect(next(rated, { type: 'rated', helped: true }).helped).toBe(true)
  })
})
