// What JSX compiles to; preact/jsx-runtime can do more than is needed here, and weighs more (vite.config.ts).

import { type ComponentType, createElement, Fragment, type VNode } from 'preact'

export function jsx(type: string | ComponentType<object>, props: object, key?: string): VNode {
  return createElement(type as string, key === undefined ? props : { ...props, key })
}

export { Fragment, jsx as jsxs }
