// What travels between the web service and the widget: the events and structured messages of the contract.

export type AuthorKind = 'customer' | 'assistant' | 'agent' | 'system'
export type State = 'assistant' | 'waiting' | 'agent' | 'closed'

export interface Author {
  kind: AuthorKind
  name: string | null
}

export interface Message {
  seq: number
  at: string
  author: Author
  text?: string
  custom?: Custom
  client_id?: string
}

/** Who answers now. Without `online` nobody is said to be away; `email` tells whether an address was left. */
export interface StateEvent {
  state: State
  agent: { name: string } | null
  position?: number | null
  online?: boolean
  email?: boolean
  /** Whether the transcript can be sent by e-mail. */
  can_mail?: boolean
}

export interface SessionConfirm extends StateEvent {
  session_id: string
  secret: string
  seq: number
  /** What the customer has seen, in any tab. */
  read?: number
  /** It goes on from an ended conversation. */
  has_earlier?: boolean
  /** How the customer has rated it. */
  helped?: boolean | null
}

/** `StateEvent` as the widget keeps it. */
export interface Standing {
  state: State
  agent: string | null
  position: number | null
  online: boolean
  email: boolean
  canMail: boolean
}

/** A refusal's `code` is stable, its `message` a sentence for the customer. */
export type Acknowledgement = { ok: true; seq: number; messages?: Message[] } | { ok: false; error: { code: string; message: string } }

export interface Option {
  id: string
  title: string
}

export interface Ask {
  type: 'ask'
  fact: string
  input: 'text' | 'email' | 'date' | 'choice' | 'yes_no'
  options?: Option[]
}

export type Outcome = 'eligible' | 'not_yet' | 'not_eligible' | 'needs_facts' | 'needs_review' | 'mixed'
export type Wish = 'cancellation' | 'refund' | 'replacement'

export interface Refund {
  currency: string
  lines: { code: string; label: string; amount: string }[]
  total: string
}

export interface Decision {
  wants: Wish | null
  outcome: Outcome
  remedy: 'full_refund' | 'refund' | 'replacement' | 'repair_or_replacement' | null
  clauses: string[]
  refund: Refund | null
  deadline: string | null
  next_steps: { code: string; text: string }[]
  alternatives: Decision[]
  per_item?: Decision[]
  explanation: string
}

export interface Item {
  sku: string
  name: string
}

export interface DecisionMessage {
  type: 'decision'
  decision: Decision
  order_number: string | null
  items: Item[]
}

export interface SummaryMessage {
  type: 'summary'
  kind: string
  order_number: string
  items: Item[]
}

export interface RequestMessage {
  type: 'request'
  reference: string
  kind: string
  status: string
  order_number: string
  filed_at: string
}

export interface ClauseMessage {
  type: 'clause'
  ids: string[]
  quotes: string[]
}

export interface Handover {
  type: 'handover'
  state: State
  reason: string | null
  agent: { name: string } | null
  position: number | null
}

export interface PhotoMessage {
  type: 'photo'
  id: string
  width: number
  height: number
}

export type Custom = PhotoMessage | Ask | DecisionMessage | SummaryMessage | RequestMessage | ClauseMessage | Handover

export interface Clause {
  id: string
  section: string
  text: string
}
