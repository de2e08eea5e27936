import { describe, expect, it } from 'vitest'
import type { Details, Me, Page, Summary } from '../src/desk/api'
import { callsOf, type Desk, type Event, isMine, isUnread, lastSeq, next, nextToSend, NOTHING, queueOf } from '../src/desk/state'
import type { AuthorKind, Message, State } from '../src/messages'

const me: Me = { name: 'Ann', role: 'agent' }
const kept = { drafts: new Map(), unsent: [], seen: new Map() }

const message = (seq: number, kind: AuthorKind = 'customer', more: Partial<Message> = {}): Message => ({
  seq,
  at: new Date(Date.UTC(2026, 10, 25, 9, seq)).toISOString(),
  author: { kind, name: kind === 'agent' ? 'Ann' : null },
  text: `message ${seq}`,
  ...more,
})

const summary = (id: string, state: State = 'waiting', more: Partial<Summary> = {}): Summary => ({
  id,
  state,
  reason: state === 'waiting' ? 'asked_for_a_person' : null,
  trigger: null,
  waiting_since: state === 'waiting' ? '2026-11-25T09:00:00Z' : null,
  created_at: '2026-11-25T08:00:00Z',
  agent: state === 'agent' ? { name: 'Ann' } : null,
  first_lines: ['hello'],
  last: message(3),
  order_number: null,
  email: null,
  locale: 'en-US',
  is_online: true,
  read_seq: 0,
  earlier_id: null,
  ...more,
})

const details = (of: Summary, messages: Message[], more: Partial<Details> = {}): Details => ({
  conversation: of,
  messages,
  case: { order: null, email: null, items: [], facts: [], decision: null, requests: [] },
  notes: [],
  ...more,
})

const pages = (given: Partial<Record<State, Summary[]>>, further: Partial<Record<State, string>> = {}) =>
  Object.fromEntries(
    (['waiting', 'agent', 'assistant', 'closed'] as const).map((state) => [
      state,
      { conversations: given[state] ?? [], next: further[state] ?? null },
    ]),
  ) as Record<State, Page>

const after = (...events: Event[]): Desk =>
  [{ type: 'signed in', me, kept } as Event, { type: 'connected' } as Event, ...events].reduce(next, NOTHING)

describe('the queue', () => {
  it('shows who waits longest first, whatever came in first', () => {
    const desk = after({
      type: 'listed',
      pages: pages({
        waiting: [
          summary('late', 'waiting', { waiting_since: '2026-11-25T09:05:00Z' }),
          summary('early', 'waiting', { waiting_since: '2026-11-25T09:01:00Z' }),
        ],
      }),
    })
    expect(queueOf(desk).waiting.map(({ id }) => id)).toEqual(['early', 'late'])
  })

  it('tells mine from those of others', () => {
    const desk = after({
      type: 'listed',
      pages: pages({ agent: [summary('a', 'agent'), summary('b', 'agent', { agent: { name: 'Ben' } })] }),
    })
    const queue = queueOf(desk)
    expect([queue.mine.map(({ id }) => id), queue.others.map(({ id }) => id)]).toEqual([['a'], ['b']])
    expect([isMine(desk, 'a'), isMine(desk, 'b'), isMine(desk, 'c')]).toEqual([true, false, false])
  })

  it('keeps my own where they were, so that nothing moves under the pointer', () => {
    const desk = after(
      { type: 'told', summary: summary('a', 'agent', { created_at: '2026-11-25T08:00:00Z' }) },
      { type: 'told', summary: summary('b', 'agent', { created_at: '2026-11-25T08:30:00Z', last: message(9) }) },
    )
    expect(queueOf(desk).mine.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('leaves out where nobody has said anything', () => {
    expect(queueOf(after({ type: 'told', summary: summary('a', 'assistant', { last: null }) })).assistant).toEqual([])
  })

  it('moves a conversation when it is told of another state', () => {
    const desk = after(
      { type: 'told', summary: summary('a', 'waiting') },
      { type: 'told', summary: summary('a', 'agent', { agent: { name: 'Ben' }, last: message(4, 'system') }) },
    )
    expect([queueOf(desk).waiting.length, queueOf(desk).others.length]).toEqual([0, 1])
  })
})

describe('after a reconnect', () => {
  it('what is gone from the lists is gone', () => {
    const desk = after(
      { type: 'told', summary: summary('gone') },
      { type: 'disconnected' },
      { type: 'connected' },
      { type: 'listed', pages: pages({ waiting: [summary('there')] }) },
    )
    expect([...desk.conversations.keys()]).toEqual(['there'])
  })

  it('news that came while the lists were on their way is not undone by them', () => {
    const desk = after(
      { type: 'told', summary: summary('a', 'agent', { last: message(4, 'system') }) },
      { type: 'told', summary: summary('new', 'waiting') },
      { type: 'listed', pages: pages({ waiting: [summary('a', 'waiting')] }) },
    )
    expect(desk.conversations.get('a')?.state).toBe('agent')
    expect(desk.conversations.get('new')?.state).toBe('waiting')
  })

  it('says that it connects again only when there was something to see', () => {
    const before = [{ type: 'signed in', me, kept }, { type: 'disconnected' }] as Event[]
    expect(before.reduce(next, NOTHING).connection).toBe('connecting')
    expect(after({ type: 'listed', pages: pages({}) }, { type: 'disconnected' }).connection).toBe('reconnecting')
  })

  it('asks on from where nothing is missing', () => {
    expect(lastSeq({ messages: [message(1), message(2), message(4)] })).toBe(2)
    expect(lastSeq({ messages: [] })).toBe(0)
  })

  it('every message is there once and in order, however often and wherever from it comes', () => {
    const of = summary('a', 'agent')
    const desk = after(
      { type: 'detailed', id: 'a', details: details(of, [message(1), message(2)]) },
      { type: 'received', id: 'a', message: message(4) },
      { type: 'received', id: 'a', message: message(2) },
      { type: 'detailed', id: 'a', details: details(of, [message(1), message(2), message(3)]) },
      { type: 'received', id: 'a', message: message(4) },
    )
    expect(desk.opened.get('a')?.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
  })

  it('nobody is said to be writing any more', () => {
    const desk = after(
      { type: 'typing', id: 'a', on: true, author: { kind: 'customer', name: null } },
      { type: 'disconnected' },
    )
    expect(desk.typing.size).toBe(0)
  })
})

describe('the lists in pages', () => {
  it('know how to go on, until all is there', () => {
    const first = after({ type: 'listed', pages: pages({ closed: [summary('a', 'closed')] }, { closed: 'a' }) })
    expect(first.further).toEqual({ closed: 'a' })
    const page = { conversations: [summary('b', 'closed')], next: null }
    const second = next(first, { type: 'listed further', state: 'closed', page })
    expect([second.further, queueOf(second).closed.length]).toEqual([{}, 2])
  })
})

describe('what is written', () => {
  const unsent = { id: 'a', clientId: '1-2', text: ' hi ' }
  const open: Event = { type: 'detailed', id: 'a', details: details(summary('a', 'agent'), [message(1)]) }

  it('is unsent until the server has stored it, then stands in its place', () => {
    const desk = after(open, { type: 'wrote', unsent })
    expect(nextToSend(desk, 'a')).toBe(unsent)
    const sent = next(desk, { type: 'sent', unsent, seq: 2, at: message(2).at })
    expect(sent.unsent).toEqual([])
    expect(sent.opened.get('a')?.messages.at(-1)).toMatchObject({ seq: 2, text: 'hi', author: { kind: 'agent', name: 'Ann' } })
  })

  it.each([
    ['by the socket', { type: 'received', id: 'a', message: message(2, 'agent', { client_id: '7-1-2' }) } as Event],
    [
      'with the conversation',
      { type: 'detailed', id: 'a', details: details(summary('a', 'agent'), [message(2, 'agent', { client_id: '7-1-2' })]) } as Event,
    ],
  ])('is known for sent when it comes back %s', (_, event) => {
    expect(after(open, { type: 'wrote', unsent }, event).unsent).toEqual([])
  })

  it('of somebody else with the same words stays unsent', () => {
    const event: Event = { type: 'received', id: 'a', message: message(2, 'agent', { client_id: '7-other' }) }
    expect(after(open, { type: 'wrote', unsent }, event).unsent).toEqual([unsent])
  })

  it('waits for the connection, and for what was written before it', () => {
    const second = { ...unsent, clientId: '3-4' }
    const desk = after(open, { type: 'wrote', unsent }, { type: 'wrote', unsent: second })
    expect(nextToSend(desk, 'a')).toBe(unsent)
    expect(nextToSend(next(desk, { type: 'disconnected' }), 'a')).toBeUndefined()
  })

  it('stays, with the reason, when it is refused, and can be sent again or removed', () => {
    const refused = after(open, { type: 'wrote', unsent }, { type: 'refused', clientId: '1-2', problem: 'Ben has this conversation.' })
    expect(refused.unsent[0]?.problem).toBe('Ben has this conversation.')
    expect(nextToSend(refused, 'a')).toBeUndefined()
    expect(nextToSend(next(refused, { type: 'retried', clientId: '1-2' }), 'a')).toEqual(unsent)
    expect(next(refused, { type: 'discarded', clientId: '1-2' }).unsent).toEqual([])
  })

  it('is kept for each conversation by itself while it is a draft', () => {
    const desk = after({ type: 'drafted', id: 'a', text: 'one' }, { type: 'drafted', id: 'b', text: 'two' })
    expect([...desk.drafts]).toEqual([['a', 'one'], ['b', 'two']])
    expect([...next(desk, { type: 'drafted', id: 'a', text: '' }).drafts]).toEqual([['b', 'two']])
  })

  it('comes back after signing in again, and nothing of others does', () => {
    const desk = after({ type: 'told', summary: summary('a') }, { type: 'signed out' })
    expect([desk.me, desk.conversations.size, desk.unsent.length]).toEqual([null, 0, 0])
    const again = next(desk, { type: 'signed in', me, kept: { ...kept, unsent: [unsent] } })
    expect(again.unsent).toEqual([unsent])
  })
})

describe('what calls for the agent', () => {
  it('is everybody who waits, and words to the agent that were not looked at', () => {
    const desk = after(
      { type: 'told', summary: summary('waits') },
      { type: 'told', summary: summary('mine', 'agent') },
      { type: 'told', summary: summary('others', 'agent', { agent: { name: 'Ben' } }) },
      { type: 'told', summary: summary('assistant', 'assistant') },
    )
    const { waiting, unread } = callsOf(desk)
    expect([waiting.map(({ id }) => id), unread.map(({ id }) => id)]).toEqual([['waits'], ['mine']])
  })

  it('is not what the agent has looked at or said', () => {
    const desk = after({ type: 'told', summary: summary('a', 'agent') }, { type: 'looked', id: 'a' })
    expect(isUnread(desk, desk.conversations.get('a') as Summary)).toBe(false)
    const said = next(desk, { type: 'told', summary: summary('a', 'agent', { last: message(4, 'agent') }) })
    expect(isUnread(said, said.conversations.get('a') as Summary)).toBe(false)
    const answered = next(said, { type: 'told', summary: summary('a', 'agent', { last: message(5) }) })
    expect(isUnread(answered, answered.conversations.get('a') as Summary)).toBe(true)
  })
})

describe('the customer', () => {
  it('has read no less than was told before', () => {
    const desk = after(
      { type: 'told', summary: summary('a') },
      { type: 'read', id: 'a', seq: 3 },
      { type: 'told', summary: summary('a', 'waiting', { read_seq: 2, last: message(4) }) },
    )
    expect(desk.conversations.get('a')).toMatchObject({ read_seq: 3, last: { seq: 4 } })
  })

  it('writes no more once the words are there', () => {
    const desk = after(
      { type: 'detailed', id: 'a', details: details(summary('a', 'agent'), [message(1)]) },
      { type: 'typing', id: 'a', on: true, author: { kind: 'customer', name: null } },
    )
    expect(desk.typing.has('a')).toBe(true)
    expect(next(desk, { type: 'received', id: 'a', message: message(2) }).typing.has('a')).toBe(false)
  })
})

describe('the case', () => {
  const open: Event = { type: 'detailed', id: 'a', details: details(summary('a', 'agent'), [message(1)]) }

  it('takes the new decision and facts at once', () => {
    const facts = [{ fact: 'claim.working', value: false, source: 'agent' as const }]
    const decision = { outcome: 'not_eligible' } as never
    expect(after(open, { type: 'decided', id: 'a', decision, facts }).opened.get('a')?.case).toMatchObject({ decision, facts })
  })

  it('has each request once, as it is now', () => {
    const request = { reference: 'R-1', status: 'filed' } as never
    const approved = { reference: 'R-1', status: 'approved' } as never
    const desk = after(open, { type: 'requested', id: 'a', request }, { type: 'requested', id: 'a', request: approved })
    expect(desk.opened.get('a')?.case.requests).toEqual([approved])
  })

  it('has a note that comes twice once', () => {
    const note = { at: '2026-11-25T09:00:00Z', by: 'Ben', text: 'hi' }
    const desk = after(open, { type: 'noted', id: 'a', note }, { type: 'noted', id: 'a', note })
    expect(desk.opened.get('a')?.notes).toEqual([note])
  })
})
