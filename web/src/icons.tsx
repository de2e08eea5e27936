// The few signs that are drawn; each stands beside words, or its control has a name.

const THUMB = 'M3 9h3v8H3zM6 9l4-6c2 0 2 1 2 2v3h4c1 0 2 1 1 2l-1 6c0 1-1 1-2 1H6'
const PATHS = {
  attach: 'M14.5 6.5l-6.2 6.2a1.8 1.8 0 0 0 2.5 2.5l6-6a3.6 3.6 0 0 0-5.1-5.1l-6.2 6.3a5.4 5.4 0 0 0 7.6 7.6l4.4-4.4',
  calendar: 'M4 5.5h12v11H4zM4 9h12M7.5 3v4M12.5 3v4',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  copy: 'M7.5 7.5h9v9h-9zM4.5 12.5h-1v-9h9v1',
  done: 'M4 10.5l4 4 8-9',
  down: 'M10 4v11.5M5 11l5 5 5-5',
  helped: THUMB,
  failed: THUMB, // turned by the style
  menu: 'M10 4.5v.01M10 10v.01M10 15.5v.01',
  send: 'M10 16V4.5M5 9l5-5 5 5',
  eligible: 'M4 10.5l4 4 8-9',
  not_yet: 'M10 5v5.5l3.5 2M10 2.5a7.5 7.5 0 1 0 .01 0z',
  not_eligible: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  needs_facts: 'M7.2 7.4a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1.1-1.4 2.2M10 15.4v.2',
  needs_review: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
  mixed: 'M4 6.5h12M4 13.5h12M7 4v5M13 11v5',
}

export function Icon({ of }: { of: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${of}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[of]} />
    </svg>
  )
}
