// What buttons say for the customer. The assistant reads English, whatever language the widget speaks.

import type { Wish } from './messages'

export const YES = 'Yes'
export const NO = 'No'
export const PERSON = 'I want to talk to a person'

export const WISHES: Record<Wish, string> = {
  cancellation: 'I want to cancel my order instead',
  refund: 'I want a refund instead',
  replacement: 'I want a replacement instead',
}

export const STARTERS = {
  refund: 'I want my money back',
  defect: 'Something is broken',
  cancellation: 'Cancel my order',
  warranty: 'What does the warranty cover?',
}
