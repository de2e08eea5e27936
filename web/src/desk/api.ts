// The desk's JSON interface (docs/desk-api.json), typed. A refusal is an error whose text is a sentence for the agent.

import type { Decision, Message, Outcome, State } from '../messages'
import { texts } from './words'

export type Role = 'agent' | 'lead'
export type Wants = 'cancellation' | 'refund' | 'replacement'
export type Kind = Wants | 'review'
export type Source = 'order' | 'customer' | 'agent'
export type Value = string | boolean | null

export interface Me {
  name: string
  role: Role
}

/** A conversation at a glance. */
export interface Summary {
  id: string
  state: State
  reason: string | null
  trigger: string | null
  waiting_since: string | null
  created_at: string
  agent: { name: string } | null
  first_lines: string[]
  last: Message | null
  order_number: string | null
  email: string | null
  locale: string
  is_online: boolean
  read_seq: number
  earlier_id: string | null
}

export interface Page {
  conversations: Summary[]
  next: string | null
}

export interface Fact {
  fact: string
  value: Value
  source: Source | null
}

export interface Note {
  at: string
  by: string
  text: string
}

export interface OrderItem {
  sku: string
  item_name: string
  kind: string
  quantity: number
  settled: number
  unit_price: string
  discount: string
  tax: string
  pricing: string
  carrier: string | null
  tracking_number: string | null
  delivered_at: string | null
}

export interface Order {
  order_number: string
  email: string
  customer_name: string
  placed_at: string | null
  status: string
  sold_by: string
  currency: string
  shipping_paid: string
  items: OrderItem[]
}

export interface Request {
  reference: string
  kind: Kind
  status: string
  filed_at: string
  conversation_id: string | null
  decision: Decision
  history: { at: string; status: string; by: string; note: string | null }[]
  /** What it may become now. */
  next: string[]
}

/** One of the rules that the decision went by; `applies` is null where a fact is missing. */
export interface Finding {
  sku: string
  rule: string
  applies: boolean | null
  facts: Record<string, unknown>
  clauses: string[]
}

export interface Decided extends Decision {
  missing: string[]
  findings: Finding[]
}

export interface Case {
  order: Order | null
  email: string | null
  items: { sku: string; name: string }[]
  facts: Fact[]
  decision: Decided | null
  requests: Request[]
}

export interface Details {
  conversation: Summary
  messages: Message[]
  case: Case
  notes: Note[]
}

export interface Colleague extends Me {
  is_online: boolean
  holds: number
}

export interface Reply {
  title: string
  text: string
  clause: string | null
}

export interface Period {
  first: string
  last: string
}

export interface DayRow {
  day: string
  conversations: number
  alone: number
  with_a_person: number
  broken_off: number
  under_way: number
}

/** Times in seconds; how many took how long. */
export interface TimesRow {
  what: 'waiting' | 'answering'
  came: number
  in_vain: number
  open: number
  half_within: number | null
  nine_in_ten_within: number | null
  up_to_1_minute: number
  up_to_5_minutes: number
  up_to_15_minutes: number
  up_to_1_hour: number
  longer: number
}

export interface MoneyRow {
  currency: string
  what: 'filed' | 'paid_back' | 'turned_down' | 'refused_by_policy'
  cases: number
  total: string
}

export interface Figures extends Period {
  conversations: DayRow[]
  handovers: { reason: string; handovers: number }[]
  times: TimesRow[]
  outcomes: { wish: Wants; outcome: Outcome; cases: number }[]
  money: MoneyRow[]
  ratings: { by: 'alone' | 'with_a_person'; helped: number; not_helped: number }[]
  misunderstood: number
}

/** A message that wasn't understood; `proposal` is without what looks like personal details. */
export interface Misread {
  conversation_id: string
  seq: number
  at: string
  text: string
  proposal: string
  has_example: boolean
}

export interface Intent {
  name: string
  title: string
}

export interface MisreadGroups {
  read: number
  groups: { count: number; likeliest: string; messages: Misread[] }[]
  intents: Intent[]
}

export interface Labelled {
  text: string
  intent: string
}

export interface Example extends Labelled {
  id: number
  made_by: string
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }

  /** Nobody knows whether it was done: the service wasn't reached, or couldn't. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

const PATIENCE = 15_000

export class Api {
  constructor(private readonly signedOut: () => unknown) {}

  readonly me = () => this.get<Me>('/me')
  readonly signIn = (name: string, password: string) => this.post<Me>('/login', { name, password })
  readonly signOut = () => this.post<void>('/logout')

  readonly page = (state: State, after?: string) =>
    this.get<Page>(`/conversations?${new URLSearchParams({ state, ...(after && { after }) })}`)
  readonly details = (id: string) => this.get<Details>(one(id))
  readonly colleagues = () => this.get<Colleague[]>('/agents')
  readonly replies = () => this.get<Reply[]>('/replies')

  readonly claim = (id: string) => this.post<Summary>(`${one(id)}/claim`)
  readonly handBack = (id: string) => this.post<Summary>(`${one(id)}/return`)
  readonly putBack = (id: string) => this.post<Summary>(`${one(id)}/requeue`)
  readonly passOn = (id: string, agent: string) => this.post<Summary>(`${one(id)}/assign`, { agent })
  readonly close = (id: string, reason: string) => this.post<Summary>(`${one(id)}/close`, { reason })

  readonly say = (id: string, client_id: string, text: string) =>
    this.post<{ seq: number }>(`${one(id)}/messages`, { client_id, text })
  readonly note = (id: string, text: string) => this.post<Note>(`${one(id)}/notes`, { text })
  readonly correct = (id: string, fact: string, value: Value) =>
    this.post<{ decision: Decided; facts: Fact[] }>(`${one(id)}/facts`, { fact, value })
  readonly file = (id: string, kind: Kind) => this.post<{ request: Request }>(`${one(id)}/requests`, { kind })
  readonly move = (reference: string, status: string, note: string) =>
    this.post<{ request: Request }>(`/requests/${encodeURIComponent(reference)}/status`, { status, note })

  readonly figures = (period?: Period) => this.get<Figures>(`/figures${asked(period)}`)
  readonly misread = (period: Period) => this.get<MisreadGroups>(`/figures/misunderstood${asked(period)}`)
  readonly examples = () => this.get<Example[]>('/examples')
  readonly makeExample = ({ conversation_id, seq }: Misread, example: Labelled) =>
    this.post<Example>('/examples', { conversation_id, seq, ...example })
  readonly acceptExample = (id: number, example: Labelled) => this.post<Example>(`/examples/${id}/accept`, example)
  readonly rejectExample = (id: number) => this.post<void>(`/examples/${id}/reject`)

  readonly photo = async (id: string, photoId: string): Promise<Blob> => {
    const response = await this.answer(`${one(id)}/photos/${encodeURIComponent(photoId)}`)
    return response.blob()
  }

  private async get<T>(path: string): Promise<T> {
    return (await this.answer(path)).json()
  }

  private async post<T>(path: string, body: object = {}): Promise<T> {
    const response = await this.answer(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  private async answer(path: string, request: RequestInit = {}): Promise<Response> {
    const response = await fetch(`/desk/api${path}`, { ...request, signal: AbortSignal.timeout(PATIENCE) }).catch(() => {
      throw new Refusal(0, 'unreachable', texts.unreachable)
    })
    if (response.ok) return response
    const refusal = await refusalIn(response)
    if (refusal.code === 'not_signed_in') this.signedOut()
    throw refusal
  }
}

/** Where the browser gets a table as a file. */
export function fileOf(table: string, period: Period): string {
  return `/desk/api/figures/${table}.csv${asked(period)}`
}

function asked(period?: Period): string {
  return period ? `?${new URLSearchParams({ first: period.first, last: period.last })}` : ''
}

async function refusalIn(response: Response): Promise<Refusal> {
  try {
    const { code, message } = (await response.json()).error
    return new Refusal(response.status, code, message)
  } catch {
    return new Refusal(response.status, 'failed', texts.failed)
  }
}

function one(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`
}
