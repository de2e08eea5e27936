// Every text of the widget, in English.

/** What the launcher needs before anything else is loaded. */
export const launcher = {
  open: 'Open the chat',
  close: 'Close the chat',
  unread: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  failed: 'The chat couldn’t be loaded. Please try again.',
}

export const texts = {
  /** Of these texts, and of what the assistant says where they are shown. */
  language: 'en',
  title: 'Support assistant',
  greeting:
    'Hello! I help with refunds, replacements, cancellations and warranty questions. I go by the published policy and ' +
    'show you its sentences.\n\nTo look at your order I need its number and the e-mail address you used for it.',
  starters: 'Ways to begin',
  starter: {
    refund: 'I want my money back',
    defect: 'Something is broken',
    cancellation: 'Cancel my order',
    warranty: 'What does the warranty cover?',
  },

  /** What buttons say for the customer. In another language each has to be what the assistant's catalogue has for it. */
  said: {
    yes: 'Yes',
    no: 'No',
    person: 'I want to talk to a person',
    refund: 'I want my money back',
    defect: 'Something is broken',
    cancellation: 'Cancel my order',
    warranty: 'What does the warranty cover?',
    cancellationInstead: 'I want to cancel my order instead',
    refundInstead: 'I want a refund instead',
    replacementInstead: 'I want a replacement instead',
  },

  // Who speaks, who answers
  you: 'You',
  assistant: 'Assistant',
  agent: 'Agent',
  notice: 'Notice',
  someone: 'One of our people',
  writing: (name: string) => `${name} is writing`,
  answers: {
    assistant: 'Answers right away',
    waiting: 'Waiting for a person',
    agent: (name: string) => `${name} is here`,
    closed: 'Conversation ended',
  },
  handover: {
    joined: (name: string) => `${name} has joined.`,
    closed: 'This conversation has ended.',
    assistant: 'The assistant answers again.',
    waiting: 'Waiting for a person.',
    place: (position: number) => `Waiting for a person. You are number ${position} in line.`,
    offline: 'Nobody is here right now. Leave your e-mail address, and we write to you.',
    left: 'Nobody is here right now. We write to the address that you left.',
    back: 'Back to the assistant',
    leave: 'Leave it',
  },

  // The connection
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Reconnecting…',
  sending: 'Sending…',
  waitsForConnection: 'Not sent yet. It goes out as soon as you are connected again.',
  sentAgain: 'We do that for you.',
  notSent: 'Not sent.',
  again: 'Try again',
  remove: 'Remove',
  failed: 'That didn’t work. Please try again.',

  // The transcript
  conversation: 'Conversation',
  toTheEnd: 'Go to the newest messages',
  newMessages: 'New messages',
  choices: 'Answers to choose from',
  find: 'Find an answer',
  none: 'No answer has these words in it.',
  yes: 'Yes',
  no: 'No',
  photo: 'Photo',
  photoMissing: 'The photo can’t be shown.',

  // Writing
  message: 'Your message',
  write: 'Write a message',
  send: 'Send',
  attach: 'Attach a photo',
  attachTypes: 'Only photos (JPEG, PNG or WebP) can be attached.',
  charactersLeft: (count: number) => `${count} characters left`,
  answer: 'Answer',
  email: 'Your e-mail address',
  emailExample: 'name@example.com',
  orderNumber: 'Your order number',
  orderExample: 'INO-12345',
  date: 'Pick the day',
  dateElse: 'or write it below',

  // The menu
  menu: 'More',
  close: 'Close the chat',
  newConversation: 'New conversation',
  newQuestion: 'Begin a new conversation? This one is put aside, and can’t be opened again here.',
  person: 'Talk to a person',
  save: 'Save transcript',
  print: 'Print transcript',
  mail: 'E-mail transcript',
  mailed: 'The transcript is on its way to the e-mail address of your order.',
  end: 'End conversation',
  endQuestion: 'End this conversation? You can still read, save and print it.',
  cancel: 'Cancel',
  helped: 'Did this help?',

  // Cards
  outcome: {
    eligible: 'Eligible',
    not_yet: 'Not yet',
    not_eligible: 'Not eligible',
    needs_facts: 'Depends on your answers',
    needs_review: 'A person decides',
    mixed: 'Differs by item',
  },
  remedy: {
    full_refund: 'Full refund',
    refund: 'Refund',
    replacement: 'Replacement',
    repair_or_replacement: 'Repair or replacement',
  },
  wish: { cancellation: 'Cancellation', refund: 'Refund', replacement: 'Replacement or repair' },
  kind: {
    cancellation: 'Cancellation',
    refund: 'Refund',
    replacement: 'Replacement',
    review: 'Review by a person',
  } as Record<string, string>,
  status: {
    filed: 'Filed',
    approved: 'Approved',
    rejected: 'Rejected',
    received: 'Received',
    refunded: 'Refunded',
    replaced: 'Replaced',
    cancelled: 'Cancelled',
    withdrawn: 'Withdrawn',
    closed: 'Closed',
  } as Record<string, string>,
  yourCase: 'Your case',
  decision: (outcome: string) => `Decision: ${outcome}`,
  decisionOn: (subject: string, outcome: string) => `Decision on ${subject}: ${outcome}.`,
  order: (number: string) => `Order ${number}`,
  items: 'Item by item',
  money: 'The refund, line by line',
  total: 'You get back',
  actBy: 'Act by',
  left: (time: string) => `${time} left`,
  lastDay: 'today is the last day',
  lastMinute: 'less than a minute left',
  over: 'over',
  calendar: 'Add to calendar',
  calendarEntry: (subject: string) => `Last day: ${subject}`,
  next: 'What to do next',
  alternatives: 'Also open to you',
  clauses: 'What our policy says',
  policy: 'From our Warranty & Refund Policy',
  file: (kind: string) => `File this ${kind.toLowerCase()}`,
  toBeFiled: 'To be filed after your yes',
  toFile: (kind: string, number: string) => `To be filed: ${kind} for order ${number}.`,
  request: (reference: string) => `Request ${reference}`,
  reference: 'Reference',
  filedAt: 'Filed',
  copy: 'Copy the reference',
  copied: 'Copied',
  choose: (titles: string) => `Answers to choose from: ${titles}.`,

  // The transcript on paper and in a file
  transcript: 'Conversation with our support',
  saved: (moment: string) => `As of ${moment}`,
}

export type Texts = typeof texts
export type LauncherTexts = typeof launcher
