import type { ComponentChildren, VNode } from 'preact'
import { describe, expect, it } from 'vitest'
import { PlainText, RichText } from '../src/rich-text'

/** What is drawn, written down: elements as <name>, links with where they lead. */
function drawn(node: ComponentChildren): string {
  if (node === null || node === undefined || typeof node === 'boolean') return ''
  if (Array.isArray(node)) return node.map(drawn).join('')
  if (typeof node !== 'object') return String(node)
  const { type, props } = node as VNode<{ children?: ComponentChildren; href?: string; rel?: string }>
  if (typeof type === 'function') return drawn((type as (props: object) => ComponentChildren)(props))
  const inside = drawn(props.children)
  return type ? `<${type as string}${props.href ? ` ${props.href}` : ''}>${inside}</${type as string}>` : inside
}
const rich = (text: string) => drawn(<RichText text={text} />).replaceAll(/<\/?bdi>/g, '')
const plain = (text: string) => drawn(<PlainText text={text} />).replaceAll(/<\/?bdi>/g, '')

describe('what the assistant says', () => {
  it('has paragraphs, bold and lists', () => {
    expect(rich('One\nmore line\n\nTwo **really** bold')).toBe('<p>One\nmore line</p><p>Two <strong>really</strong> bold</p>')
    expect(rich('First:\n- one\n- two\nand\n1. uno\n2) dos')).toBe(
      '<p>First:</p><ul><li>one</li><li>two</li></ul><p>and</p><ol><li>uno</li><li>dos</li></ol>',
    )
  })

  it('has links to pages and to e-mail addresses', () => {
    expect(rich('See https://shop.example/a?b=1, or ask me@shop.example.')).toBe(
      '<p>See <a https://shop.example/a?b=1>https://shop.example/a?b=1</a>, or ask <a mailto:me@shop.example>me@shop.example</a>.</p>',
    )
  })

  it('shows where a link with a label leads', () => {
    expect(rich('[our shop](https://evil.example/x)')).toBe(
      '<p><a https://evil.example/x>our shop<span> (evil.example)</span></a></p>',
    )
    expect(rich('[write](mailto:me@shop.example)')).toBe(
      '<p><a mailto:me@shop.example>write<span> (me@shop.example)</span></a></p>',
    )
  })

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,hello)',
    '![image](https://evil.example/x.png)',
    'javascript:alert(1)',
    '\u202egnp.exe \u200bzero\u200b width',
    '2 ** 3 ** 4 * 5',
    '# heading',
    '`code`',
  ])('shows %s as the text it is', (text) => {
    expect(rich(text)).toBe(`<p>${text}</p>`)
  })

  it('takes no longer for what is made to take long', () => {
    for (const text of ['*'.repeat(10_000), '**a'.repeat(3_000), '['.repeat(10_000), 'a@'.repeat(5_000), 'a'.repeat(10_000), '- '.repeat(5_000)]) {
      const began = performance.now()
      rich(text)
      expect(performance.now() - began).toBeLessThan(500)
    }
  })
})

describe('what a customer says', () => {
  it('stays as it was written, with links', () => {
    expect(plain('- **no** list\n\nhttps://shop.example')).toBe(
      '<p>- **no** list\n\n<a https://shop.example>https://shop.example</a></p>',
    )
  })

  it('hides no address behind a label', () => {
    expect(plain('[x](https://evil.example)')).toBe('<p>[x](https://evil.example)</p>')
  })
})
