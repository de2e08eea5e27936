import { Component, type ComponentType } from 'preact'

/** Drawn again only when something of what it shows has changed: lists can be long. */
export function unlessSame<P extends object>(View: ComponentType<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(following: P): boolean {
      return (Object.keys(following) as (keyof P)[]).some((key) => following[key] !== this.props[key])
    }

    override render(props: P) {
      return <View {...props} />
    }
  }
}
